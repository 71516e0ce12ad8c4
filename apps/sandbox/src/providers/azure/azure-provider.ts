import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TranscriberEntries } from '../../journal';
import { ProviderOptions, ProviderServer } from '../provider-server';
import { SessionDoor } from '../session-door';

export interface AzureProviderOptions extends ProviderOptions<TranscriberEntries> {
  /** The HTTP endpoints; text to speech is mounted here. */
  readonly routes?: readonly AzureRoute[];
}

/** One HTTP endpoint of the server. */
export interface AzureRoute {
  readonly method: string;
  readonly path: string;
  answer(request: IncomingMessage, response: ServerResponse): Promise<void>;
}

/** Azure Speech of one region: text to speech over HTTP, speech to text over a WebSocket, on one port. */
export class AzureProvider {
  private readonly server: ProviderServer;
  private readonly door: SessionDoor;

  constructor(options: AzureProviderOptions) {
    const { routes = [] } = options;
    this.server = new ProviderServer(options, (request, response) => {
      const { pathname } = new URL(request.url ?? '/', 'http://sandbox');
      const route = routes.find(({ method, path }) => method === request.method && path === pathname);
      if (!route) {
        response.writeHead(404).end();
        return;
      }
      response.on('error', (error) => options.logger.debug({ err: error }, 'Azure answer broke off'));
      route.answer(request, response).catch((error: unknown) => {
        options.logger.error({ err: error }, 'Azure could not answer');
        response.destroy();
      });
    });
    this.door = new SessionDoor(options, [], this.server);
  }

  /** Resolves to the port. */
  start(): Promise<number> {
    return this.server.start();
  }

  async close(): Promise<void> {
    this.door.close();
    await this.server.close();
  }
}
