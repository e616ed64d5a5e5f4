import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { problemDocument } from './problems.ts';

/**
 * Ends a connection over which no request could be read. Browsers open connections in store; on one that never carried
 * a byte there is nobody to answer, and an answer would be taken for that to the request which is just on its way: it
 * is closed without a word, and the browser sends the request over another one. A request that did not come whole in
 * time is 408 (RFC 9110, 15.5.9), anything else 400.
 */
export function answerUnreadable(error: Error, socket: Socket): void {
  if (socket.writable && socket.bytesRead > 0) {
    const isLate = 'code' in error && error.code === 'ERR_HTTP_REQUEST_TIMEOUT';
    const problem = problemDocument(isLate ? 'request-timeout' : 'invalid-request');
    const body = JSON.stringify(problem);
    socket.write(`HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ''}\r\ncontent-type: application/problem+json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`);
  }
  socket.destroy();
}
