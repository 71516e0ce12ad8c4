import { DynamicModule, Module } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AgentStore } from './agents/agent.store';
import { AgentsHandler } from './agents/agents.handler';
import { ConnectionStore } from './connections/connection.store';
import { ConnectionsHandler } from './connections/connections.handler';
import { KeyChanges } from './keys/key-changes';
import { KeyUse } from './keys/key-use';
import { KeyStore } from './keys/key.store';
import { KeysHandler } from './keys/keys.handler';
import { LimitsHandler } from './limits/limits.handler';
import { TokenBuckets } from './limits/token-buckets';
import { NumberStore } from './numbers/number.store';
import { NumbersHandler } from './numbers/numbers.handler';
import { resourceHandlers } from './resources/resources.handler';
import { ResourceStores } from './resources/stores';
import { UserStore } from './users/user.store';
import { UsersHandler } from './users/users.handler';

export interface ConfigParts {
  readonly database: DataSource;
  readonly keys: KeyStore;
  readonly keyUse: KeyUse;
  readonly keyChanges: KeyChanges;
  readonly buckets: TokenBuckets;
}

@Module({})
export class ConfigModule {
  static with(parts: ConfigParts): DynamicModule {
    return {
      module: ConfigModule,
      controllers: [
        UsersHandler,
        KeysHandler,
        LimitsHandler,
        ...resourceHandlers,
        AgentsHandler,
        ConnectionsHandler,
        NumbersHandler,
      ],
      providers: [
        { provide: DataSource, useValue: parts.database },
        { provide: KeyStore, useValue: parts.keys },
        { provide: KeyUse, useValue: parts.keyUse },
        { provide: KeyChanges, useValue: parts.keyChanges },
        { provide: TokenBuckets, useValue: parts.buckets },
        { provide: UserStore, useFactory: () => new UserStore(parts.database) },
        { provide: ResourceStores, useFactory: () => new ResourceStores() },
        {
          provide: AgentStore,
          useFactory: (stores: ResourceStores) => new AgentStore(stores),
          inject: [ResourceStores],
        },
        { provide: ConnectionStore, useFactory: () => new ConnectionStore() },
        {
          provide: NumberStore,
          useFactory: (agents: AgentStore, connections: ConnectionStore) =>
            new NumberStore(agents, connections),
          inject: [AgentStore, ConnectionStore],
        },
      ],
    };
  }
}
