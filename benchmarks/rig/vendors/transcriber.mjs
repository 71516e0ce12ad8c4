import { createHash } from 'node:crypto';
import { encodeFrame, FrameReader, isBinary, isClose, isPing, isText } from '../web-socket-frames.mjs';
import { Ear } from './ear.mjs';
import { FluxProtocol } from './flux.mjs';
import { ListenV1Protocol } from './listen-v1.mjs';

const magic = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const idleEveryMs = 1_000;

/** Takes a WebSocket of Deepgram's listen API, v1 or v2 by its path. */
export function acceptListener(request, socket, { runOf, journal, sessions }) {
  const { pathname, searchParams } = new URL(request.url, 'http://rig');
  const accept = createHash('sha1')
    .update(request.headers['sec-websocket-key'] + magic)
    .digest('base64');
  socket.setNoDelay(true);
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
  );
  const run = runOf();
  const send = (message) =>
    socket.writable && socket.write(encodeFrame('text', JSON.stringify(message), false));
  const Protocol = pathname.startsWith('/v2/') ? FluxProtocol : ListenV1Protocol;
  const protocol = new Protocol({ query: searchParams, send, journal, run });
  const ear = new Ear(run, protocol);
  const idle = setInterval(() => protocol.idle(ear.heardMs), idleEveryMs);
  const end = () => {
    ear.close();
    clearInterval(idle);
    sessions.delete(socket);
  };
  const finish = () => {
    end();
    socket.end(encodeFrame('close', Buffer.from([0x03, 0xe8]), false));
  };
  const reader = new FrameReader((opcode, payload) => {
    if (isBinary(opcode)) {
      protocol.heardMs = ear.heardMs;
      ear.hear(payload);
    } else if (isClose(opcode) || (isText(opcode) && payload.includes('"CloseStream"'))) finish();
    else if (isPing(opcode)) socket.write(encodeFrame('pong', payload, false));
  });
  sessions.add(socket);
  socket.on('data', (data) => reader.push(data));
  socket.on('close', end);
  socket.on('error', end);
}
