import { z } from 'zod';
import * as latest from './latest';
import * as sdk22 from './sdk-0-0-22';

/** What the SDKs from 0.0.5 to 0.0.15 read: as the ones after them, but an agent's prompt as its text. */

export const agent = sdk22.agent.extend({ prompt: z.string() });
export const normalizedAgent = latest.normalizedAgent.extend({ prompt: z.string() });
export const phoneNumber = latest.phoneNumber.extend({ inbound_agent: agent.nullable() });
export const call = latest.call.extend({ agent });

export const agentPage = latest.pageOf(normalizedAgent);

export type Agent = z.output<typeof agent>;
export type NormalizedAgent = z.output<typeof normalizedAgent>;
export type PhoneNumber = z.output<typeof phoneNumber>;
export type Call = z.output<typeof call>;
