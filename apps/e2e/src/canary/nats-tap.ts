import { connect, NatsConnection } from 'nats';

/** Keeps what goes over NATS, on every subject, from its start on. */
export class NatsTap {
  private readonly messages: { readonly subject: string; readonly text: string }[] = [];

  private constructor(private readonly connection: NatsConnection) {}

  static async start(natsUrl: string): Promise<NatsTap> {
    const { username, password, host } = new URL(natsUrl);
    const connection = await connect({ servers: host, user: username, pass: password });
    const tap = new NatsTap(connection);
    connection.subscribe('>', {
      callback: (_, message) => {
        const headers = message.headers ? [...message.headers].join(' ') : '';
        const bytes = Buffer.from(message.data);
        // What is no UTF-8 is still found by its plain parts.
        tap.messages.push({ subject: message.subject, text: `${headers} ${bytes.toString('latin1')}` });
      },
    });
    await connection.flush();
    return tap;
  }

  /** All that was heard until now. */
  async heard(): Promise<readonly { readonly subject: string; readonly text: string }[]> {
    await this.connection.flush();
    return this.messages;
  }

  close(): Promise<void> {
    return this.connection.close();
  }
}
