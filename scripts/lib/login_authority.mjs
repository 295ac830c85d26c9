// Gives logins for a fake cloud, as strictly as RFC 9700 wants it: PKCE, logins that are replaced at each use, and
// the end of all of them when an old one is used. Proxy to the cloud's hosts, for browsers and drives alike.
//
// Arguments: onedrive, gdrive or dropbox; the proxy's port; the port of the fake; key and certificate for the hosts;
// seconds that a token lasts. A line on standard output for each thing that happens; ends with standard input.
import fs from 'node:fs';
import http from 'node:http';
import tls from 'node:tls';
import Provider from 'oidc-provider';

const [cloud, port, fake, key, cert, lasts] = process.argv.slice(2);
const CLOUDS = {
  onedrive: { host: 'login.microsoftonline.com', routes: { authorization: '/common/oauth2/v2.0/authorize', token: '/common/oauth2/v2.0/token' } },
  gdrive: { host: 'accounts.google.com', secret: 'theClientSecret', routes: { authorization: '/o/oauth2/v2/auth', token: '/token' } },
  dropbox: { host: 'www.dropbox.com', shown: 'https://www.dropbox.com/1/oauth2/display_token', routes: { authorization: '/oauth2/authorize', token: '/oauth2/token' } },
};
const { host, secret, shown, routes } = CLOUDS[cloud];
const say = (...words) => console.log(words.join(' '));

const provider = new Provider('https://' + host, {
  clients: [{
    client_id: 'theClientId', client_secret: secret, application_type: 'native',
    token_endpoint_auth_method: secret ? 'client_secret_post' : 'none',
    redirect_uris: [shown ?? 'http://localhost'],
    grant_types: ['authorization_code', 'refresh_token'], response_types: ['code'],
  }],
  scopes: ['offline_access', 'files', 'Files.ReadWrite.AppFolder', 'https://www.googleapis.com/auth/drive.file'],
  features: { devInteractions: { enabled: true } },
  pkce: { required: () => true },
  rotateRefreshToken: true,
  issueRefreshToken: async () => true,
  ttl: { AccessToken: Number(lasts), AuthorizationCode: 60, RefreshToken: 86400, Grant: 86400, Session: 86400, Interaction: 600 },
  findAccount: async (_, id) => ({ accountId: id, claims: async () => ({ sub: id }) }),
  cookies: { keys: ['only for this test'] },
  routes,
});
provider.proxy = true;
provider.on('grant.success', context => say('granted', context.oidc.params.grant_type));
provider.on('grant.error', (context, error) => say('refused', error.error, (error.error_detail ?? '').replaceAll(' ', '-')));
provider.on('grant.revoked', () => say('revoked'));

const grants = new Set();
provider.on('refresh_token.saved', token => grants.add(token.grantId));

async function end(grant) {
  await provider.AccessToken.revokeByGrantId(grant);
  await provider.RefreshToken.revokeByGrantId(grant);
  say('revoked');
}

// a token that the fake takes for ever
async function fakeToken() {
  const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: 'theRefreshToken', client_id: 'theClientId', client_secret: secret ?? '' });
  const answer = await fetch(`http://127.0.0.1:${fake}/oauth2/token`, { method: 'POST', body });
  return (await answer.json()).access_token;
}
const good = await fakeToken();

async function isGood(token) {
  const found = await provider.AccessToken.find(token ?? '');
  return Boolean(found?.isValid);
}

// Google takes a login back by itself, Dropbox by one of its tokens
async function revoke(request, response) {
  const body = (await request.toArray()).join('');
  const kind = cloud === 'gdrive' ? provider.RefreshToken : provider.AccessToken;
  const token = cloud === 'gdrive' ? new URLSearchParams(body).get('token') : (request.headers.authorization ?? '').slice(7);
  const found = await kind.find(token ?? '');
  if (found) {
    await end(found.grantId);
  }
  response.writeHead(found ? 200 : cloud === 'gdrive' ? 400 : 401, { 'content-type': 'application/json' });
  response.end('null');
}

async function toFake(request, response) {
  const headers = { ...request.headers };
  if (headers.authorization) {
    const taken = await isGood(headers.authorization.slice(7));
    headers.authorization = 'Bearer ' + (taken ? good : 'over');
    say(taken ? 'served' : 'ended');
  }
  const passed = http.request({ host: '127.0.0.1', port: fake, method: request.method, path: request.url, headers }, answer => {
    response.writeHead(answer.statusCode, answer.rawHeaders);
    answer.pipe(response);
  });
  passed.on('error', () => response.destroy());
  request.pipe(passed);
}

const asked = provider.callback();
const server = http.createServer((request, response) => {
  const path = request.url.split('?')[0];
  const name = (request.headers.host ?? '').split(':')[0];
  request.headers['x-forwarded-proto'] = 'https';
  if (path === (cloud === 'gdrive' ? '/revoke' : '/2/auth/token/revoke')) {
    revoke(request, response);
  } else if (path === '/1/oauth2/display_token') {
    const code = new URL(request.url, 'https://' + name).searchParams.get('code') ?? '';
    response.writeHead(200, { 'content-type': 'text/html' });
    response.end(`<!doctype html><title>Code</title><input id="code" readonly value="${code.replace(/[^\w-]/g, '')}">`);
  } else if (shown && path === routes.authorization) {
    // Dropbox takes the scopes from the program's settings
    request.url += '&scope=files';
    asked(request, response);
  } else if (name === host || Object.values(routes).includes(path)) {
    asked(request, response);
  } else {
    toFake(request, response);
  }
});

const keys = tls.createSecureContext({ key: fs.readFileSync(key), cert: fs.readFileSync(cert) });
const front = http.createServer((_, response) => response.writeHead(405).end());
front.on('connect', (request, socket, head) => {
  socket.on('error', () => {});
  socket.write('HTTP/1.1 200 OK\r\n\r\n');
  socket.unshift(head);
  const secure = new tls.TLSSocket(socket, { isServer: true, secureContext: keys, ALPNProtocols: ['http/1.1'] });
  secure.on('error', () => {});
  server.emit('connection', secure);
});
front.listen(Number(port), '127.0.0.1', () => say('ready'));
// a line there is the user, who takes all logins back at the cloud's own pages
process.stdin.on('data', () => grants.forEach(end)).on('end', () => process.exit());
