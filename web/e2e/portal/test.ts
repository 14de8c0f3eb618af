/** The test of every spec of the portal: that of the console, which watches the browser's complaints. */

export { ANSWER_LOST, expect, loseAnswer, test, type Watch } from '../console/test.ts';

/** A session that has ended is said by a 401. */
export const ENDED = /status of 401 /;
/** A link that is not good any more is said by a 404. */
export const LINK_GONE = /status of 404 .*\/v1\/links\//;
/** What the browser says of requests without a connection. */
export const OFFLINE = /ERR_(INTERNET_DISCONNECTED|CONNECTION_REFUSED|FAILED)/;
