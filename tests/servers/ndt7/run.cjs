// Runs one test of M-Lab's own ndt7 client; prints what it measured, as JSON.
// node run.cjs download|upload SERVER ADDRESS PROTOCOL
'use strict';

const path = require('node:path');
const {Worker} = require('node:worker_threads');
const ndt7 = require('@m-lab/ndt7');

const [test, server, address, protocol] = process.argv.slice(2);
const source = path.dirname(require.resolve('@m-lab/ndt7'));

globalThis.Worker = class {
  constructor(name) {
    const workerData = {address, file: path.join(source, name)};
    this.thread = new Worker(path.join(__dirname, 'worker.cjs'), {workerData});
    this.thread.on('message', (data) => this.onmessage({data}));
    this.thread.on('error', (problem) => {
      throw problem;
    });
  }

  postMessage(message) {
    this.thread.postMessage(message);
  }

  terminate() {
    this.thread.terminate();
  }
};

const said = {client: [], server: [], errors: [], completed: null};
const measured = ({Source, Data}) => said[Source].push(Data);
const completed = (last) => {
  said.completed = last;
};
const callbacks = {
  error: (problem) => said.errors.push(String(problem)),
  downloadMeasurement: measured,
  uploadMeasurement: measured,
  downloadComplete: completed,
  uploadComplete: completed,
};
const config = {server, protocol, mlabDataPolicyInapplicable: true};
const urls = ndt7.discoverServerURLs(config, callbacks);
const run = test === 'download' ? ndt7.downloadTest : ndt7.uploadTest;
run(config, callbacks, urls).then((code) => {
  console.log(JSON.stringify({...said, code}));
});
