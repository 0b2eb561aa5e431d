// An OpenID provider that shares no code with us: npm's oidc-provider, with pages of its own.
// `node provider.mjs JSON`: where it listens, its certificate, its account and applications.
import { createServer } from 'node:https';
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const told = JSON.parse(process.argv[2]);
const load = (path) => import(pathToFileURL(`${told.modules}/${path}`));
const { default: Provider } = await load('oidc-provider/lib/index.js');
const { generateKeyPair, exportJWK } = await load('jose/dist/node/esm/index.js');

const keys = await Promise.all(
  ['RS256', 'ES256'].map(async (alg) => {
    const { privateKey } = await generateKeyPair(alg, { extractable: true });
    return { ...(await exportJWK(privateKey)), use: 'sig', alg, kid: alg };
  }),
);
const page = (body) =>
  `<!DOCTYPE html><html lang="en"><head><title>Sign-in</title></head><body>${body}</body></html>`;
const login = (uid, said = '') =>
  page(`${said}<form autocomplete="off" action="/interaction/${uid}" method="post">
  <input type="hidden" name="prompt" value="login"/>
  <input required type="text" name="login" placeholder="Enter any login"/>
  <input required type="password" name="password" placeholder="and password"/>
  <button type="submit" class="login login-submit">Sign-in</button></form>`);
const consent = (uid) =>
  page(`<form autocomplete="off" action="/interaction/${uid}" method="post">
  <input type="hidden" name="prompt" value="consent"/>
  <button autofocus type="submit" class="login login-submit">Continue</button></form>`);

const provider = new Provider(told.issuer, {
  clients: told.clients,
  jwks: { keys },
  cookies: { keys: ['one of the tests'] },
  features: { devInteractions: { enabled: false } },
  findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ sub }) }),
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  ttl: { AccessToken: 600, AuthorizationCode: 60, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
  async loadExistingGrant(ctx) {
    const { client, session } = ctx.oidc;
    if (client.clientId === told.asksConsent) return undefined;
    const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
    grant.addOIDCScope('openid');
    await grant.save();
    return grant;
  },
});
const formOf = async (request) => {
  let text = '';
  for await (const piece of request) text += piece;
  return new URLSearchParams(text);
};
provider.use(async (ctx, next) => {
  if (!ctx.path.startsWith('/interaction/')) return next();
  const { uid, prompt } = await provider.interactionDetails(ctx.req, ctx.res);
  if (ctx.method !== 'POST') {
    ctx.body = prompt.name === 'login' ? login(uid) : consent(uid);
    return undefined;
  }
  const form = await formOf(ctx.req);
  if (form.get('login') !== told.user || form.get('password') !== told.password) {
    ctx.body = login(uid, '<p>Wrong login or password</p>');
    return undefined;
  }
  const result = { login: { accountId: told.user } };
  ctx.respond = false;
  return provider.interactionFinished(ctx.req, ctx.res, result);
});

const files = { cert: readFileSync(told.chain), key: readFileSync(told.key) };
createServer(files, provider.callback()).listen(told.port, told.address);
