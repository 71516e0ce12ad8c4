import type { FastifyReply, FastifyServerOptions } from 'fastify';

/** What is refused before there is a route, hence past the filter, in the same shape. */
export const earlyRefusals: Pick<FastifyServerOptions, 'clientErrorHandler' | 'frameworkErrors'> = {
  frameworkErrors: (error, _request, reply: FastifyReply) => {
    const status = error.code === 'FST_ERR_MAX_PARAM_LENGTH' ? 404 : 400;
    const detail = status === 404 ? 'Not Found' : 'The URL is malformed.';
    void reply.status(status).type('application/json; charset=utf-8').send({ detail });
  },
  clientErrorHandler: (error, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
    const [status, detail] = refusalOf(error.code);
    const body = JSON.stringify({ detail });
    socket.end(
      `HTTP/1.1 ${status}\r\nContent-Type: application/json; charset=utf-8\r\n` +
        `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
    );
  },
};

function refusalOf(code: string): [status: string, detail: string] {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return ['431 Request Header Fields Too Large', 'The URL or the headers are too long.'];
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return ['408 Request Timeout', 'The request did not come in time.'];
    default:
      return ['400 Bad Request', 'The request is not HTTP.'];
  }
}
