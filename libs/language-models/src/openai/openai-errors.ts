import type { Tool } from '@parley/conversation';
import { AppError } from '@parley/kernel';
import { APIConnectionError, APIError } from 'openai';

/**
 * Translates what the SDK throws. `answered`: the server had begun its answer, so that a broken connection means a
 * cut reply. An answer's own message is left out: it may repeat a part of the key or of the conversation; but which of
 * `tools` it names is told as `details.tool`.
 */
export function translateError(error: unknown, answered: boolean, tools: readonly Tool[] = []): AppError {
  if (AppError.is(error)) return error;
  if (!isAnswer(error)) {
    // Also a line of the stream that is no JSON, which the SDK throws as it is.
    return answered
      ? new AppError('unavailable', 'MODEL.INCOMPLETE', 'The reply broke off.', {
          // What is wrong with JSON is told with a piece of it.
          ...(!(error instanceof SyntaxError) && { cause: error }),
        })
      : new AppError('unavailable', 'MODEL.UNAVAILABLE', 'The connection to the model failed.', {
          cause: error,
        });
  }
  return answerError(error, tools);
}

/** True for an error that the server answered, with a status or within its stream. */
function isAnswer(error: unknown): error is APIError {
  return error instanceof APIError && !(error instanceof APIConnectionError);
}

function answerError(error: APIError, tools: readonly Tool[]): AppError {
  const { status } = error;
  const tool = toolNamed(error, tools);
  const details = {
    ...(status !== undefined && { status }),
    ...(error.code && { vendorCode: error.code }),
    ...(error.type && { vendorType: error.type }),
    ...(error.param && { param: error.param }),
    ...(tool !== undefined && { tool }),
    ...(error.requestID && { requestId: error.requestID }),
  };
  if (status === 401 || status === 403)
    return new AppError('unauthenticated', 'MODEL.UNAUTHENTICATED', 'The model refused the key.', {
      details,
    });
  if (status === 429 || (status === undefined && /rate_limit|quota/.test(error.code ?? '')))
    return new AppError('rate_limited', 'MODEL.RATE_LIMITED', 'The model takes no more requests.', {
      details,
    });
  if (status !== undefined && status >= 400 && status < 500 && status !== 408 && status !== 409)
    return new AppError('invalid', 'MODEL.REJECTED', 'The model refused the request.', { details });
  return new AppError('unavailable', 'MODEL.UNAVAILABLE', 'The model is not available.', { details });
}

/** The tool that an error is about: by its place (`tools[1].function.parameters`), or by its name in quotes. */
function toolNamed({ param, message }: APIError, tools: readonly Tool[]): string | undefined {
  const place = /\btools(?:\[|\.)(\d{1,4})\b/;
  const at = (place.exec(param ?? '') ?? place.exec(message))?.[1];
  if (at !== undefined) return tools[Number(at)]?.name;
  return tools.find(({ name }) =>
    [`'${name}'`, `"${name}"`, `\`${name}\``].some((text) => message.includes(text)),
  )?.name;
}
