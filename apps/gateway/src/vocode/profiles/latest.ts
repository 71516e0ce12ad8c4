import type { Profile } from './profile';

const same = <T>(object: T): T => object;

/** The newest vintage: as it is. */
export const latest: Profile = {
  name: 'latest',
  listsPromptTexts: false,
  action: same,
  voice: same,
  webhook: same,
  prompt: same,
  normalizedPrompt: same,
  vectorDatabase: same,
  accountConnection: same,
  agent: same,
  normalizedAgent: ({ agent }) => agent,
  phoneNumber: same,
  normalizedPhoneNumber: same,
  call: same,
  normalizedCall: same,
  usage: same,
  list: same,
};
