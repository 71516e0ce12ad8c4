import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { fields, knowledgeAsks, knowledgeDocumentParams, listQuery, parseOrThrow } from '@parley/contracts';
import type { KnowledgeDocument } from '@parley/contracts';
import { newId } from '@parley/kernel';
import { AskClient } from '@parley/messaging';
import { z } from 'zod';
import { pageOf, stretchOf, timeText } from '../admin/page';
import { Caller, CurrentCaller } from '../auth/caller';
import { idOf } from '../vocode/identity';

const ofDocument = z.object({ id: fields.uuid.optional() });
const documentList = listQuery
  .pick({ page: true })
  .extend({ size: listQuery.shape.size.pipe(z.number().max(100)), agent: fields.uuid.optional() });

/**
 * The documents that agents without a vector database look things up in. Vocode's API has nothing of the kind, so this
 * is Parley's own.
 */
@Controller('parley/v1/knowledge')
export class KnowledgeController {
  constructor(private readonly asks: AskClient) {}

  /** With an `id`, in place of the document that has it; a repeat changes nothing more. Without one, a new document. */
  @Post('put')
  @HttpCode(200)
  async put(
    @CurrentCaller() { userId }: Caller,
    @Query() query: unknown,
    @Body() body: unknown,
  ): Promise<object> {
    const { id = newId() } = parseOrThrow(ofDocument, query, ['query']);
    const params = parseOrThrow(knowledgeDocumentParams, body ?? {}, ['body']);
    return shown(await this.asks.ask(knowledgeAsks.put, { user_id: userId, id, params }));
  }

  @Get()
  async get(@CurrentCaller() { userId }: Caller, @Query() query: unknown): Promise<object> {
    const { content, ...document } = await this.asks.ask(knowledgeAsks.get, {
      user_id: userId,
      id: idOf(query),
    });
    return { ...shown(document), content };
  }

  /** By name, without the texts. `agent`: those that this agent has. */
  @Get('list')
  async list(@CurrentCaller() { userId }: Caller, @Query() query: unknown): Promise<object> {
    const { agent = null, ...page } = parseOrThrow(documentList, query, ['query']);
    const list = await this.asks.ask(knowledgeAsks.list, { user_id: userId, agent, ...stretchOf(page) });
    return pageOf(page, { ...list, items: list.items.map(shown) });
  }

  /** Right to repeat. */
  @Post('delete')
  @HttpCode(200)
  delete(@CurrentCaller() { userId }: Caller, @Query() query: unknown): Promise<object> {
    return this.asks.ask(knowledgeAsks.delete, { user_id: userId, id: idOf(query) });
  }
}

function shown({ updated_at_ms: updatedAtMs, ...document }: KnowledgeDocument) {
  return { ...document, updated_at: timeText(updatedAtMs) };
}
