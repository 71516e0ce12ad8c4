import { Controller } from '@nestjs/common';
import { authenticate, createKey, listKeys, revokeKey, updateKey } from '@parley/contracts';
import { Answers } from '@parley/messaging';
import type { z } from 'zod';
import { KeyChanges } from './key-changes';
import { KeyUse } from './key-use';
import { KeyStore } from './key.store';

@Controller()
export class KeysHandler {
  constructor(
    private readonly keys: KeyStore,
    private readonly changes: KeyChanges,
    private readonly use: KeyUse,
  ) {}

  @Answers(authenticate)
  async authenticate(
    request: z.output<typeof authenticate.request>,
  ): Promise<z.input<typeof authenticate.response>> {
    const owner = await this.keys.authenticate(request.key_id, request.key_hash);
    this.use.note(owner.key_id);
    return owner;
  }

  @Answers(createKey)
  create(request: z.output<typeof createKey.request>): Promise<z.input<typeof createKey.response>> {
    return this.told(this.keys.create(request));
  }

  @Answers(listKeys)
  list(request: z.output<typeof listKeys.request>): Promise<z.input<typeof listKeys.response>> {
    return this.keys.list(request);
  }

  @Answers(updateKey)
  update(request: z.output<typeof updateKey.request>): Promise<z.input<typeof updateKey.response>> {
    return this.told(this.keys.update(request));
  }

  @Answers(revokeKey)
  revoke(request: z.output<typeof revokeKey.request>): Promise<z.input<typeof revokeKey.response>> {
    return this.told(this.keys.revoke(request.id));
  }

  /** Told whatever came of it: an error may have come after the commit. */
  private told<T>(change: Promise<T>): Promise<T> {
    return change.finally(() => this.changes.tell());
  }
}
