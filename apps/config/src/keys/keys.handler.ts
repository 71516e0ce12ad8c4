import { Controller } from '@nestjs/common';
import { authenticate } from '@parley/contracts';
import { Answers } from '@parley/messaging';
import type { z } from 'zod';
import { KeyStore } from './key.store';

@Controller()
export class KeysHandler {
  constructor(private readonly keys: KeyStore) {}

  @Answers(authenticate)
  authenticate(
    request: z.output<typeof authenticate.request>,
  ): Promise<z.input<typeof authenticate.response>> {
    return this.keys.authenticate(request.key_id, request.key_hash);
  }
}
