import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { createUser, listUsers, parseOrThrow, updateUser } from '@parley/contracts';
import type { User } from '@parley/contracts';
import { newId } from '@parley/kernel';
import { AskClient } from '@parley/messaging';
import { idOf } from '../vocode/identity';
import { pageOf, stretchOf, timeText } from './page';
import { newUser, userListQuery, userPatch } from './requests';

/** Users, for operators: the gate lets keys with the scope `admin` in, and no others. */
@Controller('admin/users')
export class UsersController {
  constructor(private readonly asks: AskClient) {}

  @Post('create')
  @HttpCode(200)
  async create(@Body() body: unknown): Promise<unknown> {
    const given = parseOrThrow(newUser, body ?? {}, ['body']);
    return show(await this.asks.ask(createUser, { id: newId(), ...given }));
  }

  @Get('list')
  async list(@Query() query: unknown): Promise<unknown> {
    const page = parseOrThrow(userListQuery, query, ['query']);
    const { items, total } = await this.asks.ask(listUsers, stretchOf(page));
    return pageOf(page, { items: items.map(show), total });
  }

  @Post('update')
  @HttpCode(200)
  async update(@Query() query: unknown, @Body() body: unknown): Promise<unknown> {
    const id = idOf(query);
    const patch = parseOrThrow(userPatch, body ?? {}, ['body']);
    return show(await this.asks.ask(updateUser, { id, ...patch }));
  }
}

function show(user: User) {
  return { ...user, created_at: timeText(user.created_at) };
}
