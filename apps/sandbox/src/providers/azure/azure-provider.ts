import type { TranscriberEntries } from '../../journal';
import { ProviderOptions, ProviderServer } from '../provider-server';
import { SessionDoor } from '../session-door';
import { recognitionKind } from './recognition-kind';

/** Azure Speech of one region: text to speech over HTTP, speech to text over a WebSocket, on one port. */
export class AzureProvider {
  private readonly server: ProviderServer;
  private readonly door: SessionDoor;

  constructor(options: ProviderOptions<TranscriberEntries>) {
    this.server = new ProviderServer(options, (_request, response) => response.writeHead(404).end());
    this.door = new SessionDoor(options, [recognitionKind(options)], this.server);
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
