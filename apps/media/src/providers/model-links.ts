import type { CallSpec } from '@parley/contracts';
import { CircuitBreaker, RecentMap } from '@parley/kernel';
import type { ChainLink, Clock } from '@parley/kernel';
import { ToolSheddingModel } from '@parley/language-models';
import type { ModelUse } from '@parley/language-models';
import type { SecretBox } from '@parley/secrets';
import { AccountModels } from './account-models';
import type { Adapters } from './adapters';
import type { ModelChoice, ModelName } from './provider-order';
import type { CallNeeds } from './providers';

type Link = ChainLink<ModelUse>;

/** Models that agents name, the latest: of the others it is forgotten that they failed. */
const mostNamed = 500;

/** Chooses the models of a call, in the order in which they are tried. */
export class ModelLinks {
  private readonly accounts: AccountModels;
  private readonly deployments: readonly Link[];
  /** One for each model that agents name: what is wrong with it must not close the deployment's own, or another's. */
  private readonly ofAgents = new RecentMap<string, CircuitBreaker>(mostNamed);

  constructor(
    private readonly adapters: Adapters,
    choices: readonly ModelChoice[],
    /** Those that this deployment has a key of. */
    private readonly available: ReadonlySet<ModelName>,
    private readonly secrets: SecretBox,
    private readonly clock: Clock,
  ) {
    this.accounts = new AccountModels(adapters.accounts(), clock);
    this.deployments = choices.map(({ provider, model }) =>
      this.link(provider, model, new CircuitBreaker(clock)),
    );
  }

  /** The deployment's default. */
  get first(): Link | undefined {
    return this.deployments[0];
  }

  /**
   * The agent's own account or model, its `llm_fallback` (with the same account when both are OpenAI's), then the
   * deployment's order. At least one.
   */
  forCall({ spec, onProblem }: Pick<CallNeeds, 'spec' | 'onProblem'>): readonly Link[] {
    const { openai_model_name_override: named, llm_fallback: fallback } = spec.agent;
    const own = this.ownAccount(spec, onProblem);
    const before: Link[] = [];
    if (own) before.push(own(named));
    else if (named !== null && this.available.has('openai')) before.push(this.namedLink('openai', named));
    else before.push(...this.deployments.slice(0, 1));
    if (fallback !== null) before.push(...this.fallbackOf(fallback, own, onProblem));
    const all = [...before, ...this.deployments];
    const links = all.filter((link, index) => all.findIndex(({ name }) => name === link.name) === index);
    const takesCustomersTools = spec.agent.actions.some(({ type }) => type === 'action_external');
    return takesCustomersTools ? links.map((link) => shedding(link, onProblem)) : links;
  }

  private fallbackOf(
    { provider, model_name: model }: NonNullable<CallSpec['agent']['llm_fallback']>,
    own: ((model: string) => Link) | undefined,
    onProblem: CallNeeds['onProblem'],
  ): Link[] {
    if (provider === 'openai' && own) return [own(model)];
    if (this.available.has(provider)) return [this.namedLink(provider, model)];
    onProblem('MODEL.NOT_AS_SET', `llm_fallback names ${provider}, of which this deployment has no key.`);
    return [];
  }

  /** Makes links over the agent's own OpenAI account; undefined when it has none that can be opened. */
  private ownAccount(
    { agent }: CallSpec,
    onProblem: CallNeeds['onProblem'],
  ): ((model: string | null) => Link) | undefined {
    const connection = agent.openai_account_connection;
    if (!connection) return undefined;
    const { id, user_id: userId } = connection;
    let apiKey: string;
    try {
      apiKey = this.secrets.open(connection.credentials.openai_api_key, {
        ...{ userId, resource: 'account_connections', id, field: 'openai_api_key' },
      });
    } catch {
      const message = "The key of the agent's own OpenAI account cannot be opened: the deployment's is used.";
      onProblem('MODEL.NOT_AS_SET', message);
      return undefined;
    }
    const { model: provider, breaker } = this.accounts.of(apiKey);
    return (model) => ({
      name: `the agent's own OpenAI account${model === null ? '' : ` with ${model}`}`,
      provider: { provider, model },
      breaker,
    });
  }

  private namedLink(provider: ModelName, model: string): Link {
    const key = `${provider} ${model}`;
    const breaker = this.ofAgents.get(key) ?? new CircuitBreaker(this.clock);
    this.ofAgents.set(key, breaker);
    return this.link(provider, model, breaker);
  }

  private link(provider: ModelName, model: string | null, breaker: CircuitBreaker): Link {
    const name = model === null ? provider : `${provider} with ${model}`;
    return { name, provider: { provider: this.adapters.model(provider), model }, breaker };
  }
}

/** The conversation's own tools: their schemas are ours, and vendors take them. */
const ownTools = /^(end_conversation|transfer_call|dtmf|record_email(_\d+)?)$/;

/** The link without the tools of the agent's that its vendor refuses. */
function shedding(link: Link, onProblem: CallNeeds['onProblem']): Link {
  const provider = new ToolSheddingModel(link.provider.provider, {
    maySkip: ({ name }) => !ownTools.test(name),
    onSkipped: (names) =>
      onProblem(
        'MODEL.TOOL_REFUSED',
        `${link.name} refuses the input_schema of ${names.join(', ')}: the call goes on without.`.slice(
          0,
          1_000,
        ),
      ),
  });
  return { ...link, provider: { ...link.provider, provider } };
}
