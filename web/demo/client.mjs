/** Speaks to Belfry's API as an operator with a cookie, or with a bearer token. Keeps nothing. */

const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';

/** Calls with an operator's cookie or a bearer token; anything but a 2xx is thrown. */
export class Client {
  cookie = '';
  constructor(url, bearer) {
    this.url = url;
    this.bearer = bearer;
  }

  async ask(method, path, body, type = 'application/json') {
    const answer = await fetch(this.url + path, {
      method,
      headers: {
        ...(body !== undefined && { 'content-type': type }),
        ...(this.bearer && { authorization: `Bearer ${this.bearer}` }),
        ...(this.cookie && { cookie: `belfry_session=${this.cookie}` }),
        'x-belfry-console': '1',
        'user-agent': BROWSER,
      },
      ...(body !== undefined && { body: type === 'application/json' ? JSON.stringify(body) : body }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    const cookie = /belfry_session=([^;]+)/.exec(answer.headers.get('set-cookie') ?? '');
    if (cookie) this.cookie = cookie[1];
    return text && answer.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text;
  }

  get(path) {
    return this.ask('GET', path);
  }
  post(path, body, type) {
    return this.ask('POST', path, body, type);
  }
  patch(path, body) {
    return this.ask('PATCH', path, body);
  }
  put(path, body) {
    return this.ask('PUT', path, body);
  }
}

/** Asks again until `good` holds of the answer; gives up after twenty seconds. */
export async function until(what, ask, good) {
  const end = Date.now() + 20_000;
  for (;;) {
    const answer = await ask();
    if (good(answer)) return answer;
    if (Date.now() > end) throw new Error(`${what} did not happen: ${JSON.stringify(answer).slice(0, 500)}`);
    await new Promise((done) => setTimeout(done, 100));
  }
}
