import { Controller } from '@nestjs/common';
import { createUser, getUser, getUserPlan, listUsers, updateUser } from '@parley/contracts';
import { Answers } from '@parley/messaging';
import type { z } from 'zod';
import { UserStore } from './user.store';

@Controller()
export class UsersHandler {
  constructor(private readonly users: UserStore) {}

  @Answers(createUser)
  create(request: z.output<typeof createUser.request>): Promise<z.input<typeof createUser.response>> {
    return this.users.create(request);
  }

  @Answers(listUsers)
  list(request: z.output<typeof listUsers.request>): Promise<z.input<typeof listUsers.response>> {
    return this.users.list(request);
  }

  @Answers(getUser)
  get(request: z.output<typeof getUser.request>): Promise<z.input<typeof getUser.response>> {
    return this.users.get(request.id);
  }

  @Answers(updateUser)
  update(request: z.output<typeof updateUser.request>): Promise<z.input<typeof updateUser.response>> {
    return this.users.update(request);
  }

  @Answers(getUserPlan)
  planOf(request: z.output<typeof getUserPlan.request>): Promise<z.input<typeof getUserPlan.response>> {
    return this.users.planOf(request.user_id);
  }
}
