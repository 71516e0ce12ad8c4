/** A service that does nothing but be healthy, for the launcher's specs. Dies when asked to: GET /die. */
import { createServer } from 'node:http';

const server = createServer((request, response) => {
  if (request.url === '/die') process.exit(3);
  if (request.url === '/environment') response.end(JSON.stringify(process.env));
  else response.writeHead(request.url === '/readyz' ? 200 : 404).end();
});
if (process.env.FAIL_AT_START) {
  process.stderr.write('cannot start: told to fail\n');
  process.exit(2);
}
server.listen(Number(process.env.PORT), '127.0.0.1');
process.on('SIGTERM', () => process.exit(0));
