import 'reflect-metadata';
import type { EntityManager } from 'typeorm';
import { AgentStore } from './agents/agent.store';
import { ResourceStores } from './resources/stores';

/** The compiler is what is tested here: `tsc` reports a directive that finds no error. */
describe('a query without the user', () => {
  it('does not compile, whichever store it is for', () => {
    const stores = new ResourceStores();
    const agents = new AgentStore(stores);
    const { voices } = stores;
    const uncompilable = (manager: EntityManager, id: string) => [
      // @ts-expect-error the user is missing
      () => voices.get(manager, id),
      // @ts-expect-error the user is missing
      () => voices.getVersion(manager, id),
      // @ts-expect-error the user is missing
      () => voices.require(manager, [id]),
      // @ts-expect-error the user is missing
      () => voices.create(manager, id, { type: 'voice_vocode', voice_id: 'joe' }),
      // @ts-expect-error the user is missing
      () => voices.patch(manager, id, {}, ['body']),
      // @ts-expect-error the user is missing
      () => voices.list(manager, { offset: 0, limit: 1, sort: null }),
      // @ts-expect-error the user is missing
      () => agents.get(manager, id),
      // @ts-expect-error the user is missing
      () => agents.patch(manager, id, {}, ['body']),
      // @ts-expect-error the user is missing
      () => agents.list(manager, { offset: 0, limit: 1, sort: null }),
    ];
    expect(uncompilable).toBeInstanceOf(Function);
  });
});
