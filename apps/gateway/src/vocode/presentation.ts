import { createParamDecorator, ExecutionContext } from '@nestjs/common';
import type { AdmittedRequest } from '../auth/caller';
import { chooseProfile } from './profiles/choose-profile';
import type { Profile } from './profiles/profile';

/** How the sender of a request wants to be answered. */
export interface Presentation {
  readonly profile: Profile;
  /** Of times in lists: the Node SDK fails on numbers, the Python SDK on texts. */
  readonly times: 'text' | 'seconds';
}

export const Presented = createParamDecorator((_: unknown, context: ExecutionContext): Presentation => {
  const { headers, caller } = context.switchToHttp().getRequest<AdmittedRequest>();
  const version = headers['x-fern-sdk-version'];
  return {
    profile: chooseProfile({
      keyProfile: caller?.profile ?? 'latest',
      sdkVersion: typeof version === 'string' ? version : undefined,
    }),
    times: headers['x-fern-language'] === 'JavaScript' ? 'text' : 'seconds',
  };
});
