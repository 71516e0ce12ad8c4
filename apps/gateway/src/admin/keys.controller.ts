import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { createKey, listKeys, parseOrThrow, revokeKey, updateKey } from '@parley/contracts';
import type { ApiKey } from '@parley/contracts';
import { AppError } from '@parley/kernel';
import { AskClient } from '@parley/messaging';
import { newApiKey } from '@parley/secrets';
import { Caller, CurrentCaller } from '../auth/caller';
import { idOf } from '../vocode/identity';
import { pageOf, stretchOf, timeText } from './page';
import { keyListQuery, keyPatch, newKey } from './requests';

/** API keys, for operators: the gate lets keys with the scope `admin` in, and no others. */
@Controller('admin/keys')
export class KeysController {
  constructor(private readonly asks: AskClient) {}

  /**
   * The key is made here and answered once; only its hash goes on. When this process dies before the answer, a key
   * that nobody knows is left in the list, to be revoked.
   */
  @Post('create')
  @HttpCode(200)
  async create(@Body() body: unknown): Promise<unknown> {
    const given = parseOrThrow(newKey, body ?? {}, ['body']);
    const { key, id, hash } = newApiKey();
    return { ...show(await this.asks.ask(createKey, { ...given, id, key_hash: hash })), key };
  }

  @Get('list')
  async list(@Query() query: unknown): Promise<unknown> {
    const { user_id, ...page } = parseOrThrow(keyListQuery, query, ['query']);
    const { items, total } = await this.asks.ask(listKeys, { ...stretchOf(page), user_id: user_id ?? null });
    return pageOf(page, { items: items.map(show), total });
  }

  @Post('update')
  @HttpCode(200)
  async update(
    @CurrentCaller() caller: Caller,
    @Query() query: unknown,
    @Body() body: unknown,
  ): Promise<unknown> {
    const id = idOf(query);
    const patch = parseOrThrow(keyPatch, body ?? {}, ['body']);
    const ends = typeof patch.expires_at === 'number';
    if (ends || patch.scopes?.includes('admin') === false) requireOther(caller, id);
    return show(await this.asks.ask(updateKey, { id, ...patch }));
  }

  @Post('revoke')
  @HttpCode(200)
  async revoke(@CurrentCaller() caller: Caller, @Query() query: unknown): Promise<unknown> {
    const id = idOf(query);
    requireOther(caller, id);
    return show(await this.asks.ask(revokeKey, { id }));
  }
}

/** Whoever could take the last admin key from himself would lock everybody out. @throws {KEY.OWN} */
function requireOther(caller: Caller, id: string): void {
  if (id.toLowerCase() !== caller.keyId.toLowerCase()) return;
  throw new AppError(
    'conflict',
    'KEY.OWN',
    'A key cannot revoke itself, set its own end, nor take its own scope "admin": do it with another admin key.',
  );
}

function show(key: ApiKey) {
  return {
    ...key,
    created_at: timeText(key.created_at),
    expires_at: timeText(key.expires_at),
    revoked_at: timeText(key.revoked_at),
    last_used_at: timeText(key.last_used_at),
  };
}
