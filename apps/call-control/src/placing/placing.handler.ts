import { Controller } from '@nestjs/common';
import { Call, endCall, PlaceCall, placeCall } from '@parley/contracts';
import { Answers } from '@parley/messaging';
import type { z } from 'zod';
import { EndCallUseCase } from './end-call.use-case';
import { PlaceCallUseCase } from './place-call.use-case';

/** What the public API has done to calls. */
@Controller()
export class PlacingHandler {
  constructor(
    private readonly placing: PlaceCallUseCase,
    private readonly ending: EndCallUseCase,
  ) {}

  @Answers(placeCall)
  place(request: PlaceCall): Promise<Call> {
    return this.placing.execute(request);
  }

  @Answers(endCall)
  end(request: z.output<typeof endCall.request>): Promise<Call> {
    return this.ending.execute(request.user_id, request.call_id);
  }
}
