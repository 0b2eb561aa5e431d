// What a browser gives a web worker, so that M-Lab's own worker files run unchanged in Node.
'use strict';

const {parentPort, workerData} = require('node:worker_threads');
const WebSocket = require('ws');

// Every name leads to the address under test; certificates are checked against that name.
const lookup = (_name, options, found) => options.all ?
  found(null, [{address: workerData.address, family: 4}]) :
  found(null, workerData.address, 4);

globalThis.self = globalThis;
globalThis.postMessage = (message) => parentPort.postMessage(message);
globalThis.WebSocket = class extends WebSocket {
  constructor(url, protocol) {
    super(url, protocol, {lookup, perMessageDeflate: false});
  }
};
require(workerData.file);
parentPort.on('message', (data) => globalThis.onmessage({data}));
