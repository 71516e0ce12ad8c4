import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { runAction } from '@parley/contracts';
import type { ActionRun, RunAction } from '@parley/contracts';
import { Answers } from '@parley/messaging';
import type { AskContext } from '@parley/messaging';
import { RunActionUseCase } from './run-action.use-case';

/** For the answer's own way back. */
const marginMs = 500;

@Controller()
export class ActionsHandler {
  constructor(private readonly run: RunActionUseCase) {}

  @Answers(runAction)
  runAction(@Payload() request: RunAction, @Ctx() { deadlineMs }: AskContext): Promise<ActionRun> {
    const leftMs = deadlineMs === undefined ? runAction.timeoutMs : deadlineMs - Date.now();
    return this.run.execute(request, Math.min(leftMs, runAction.timeoutMs) - marginMs);
  }
}
