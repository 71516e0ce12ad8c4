import { AppError } from '@parley/kernel';
import { APIConnectionError, APIError } from 'openai';

/**
 * Translates what the SDK throws. `answered`: the server had begun its answer, so that a broken connection means a
 * cut reply. An answer's own message is left out: it may repeat a part of the key or of the conversation.
 */
export function translateError(error: unknown, answered: boolean): AppError {
  if (AppError.is(error)) return error;
  if (!isAnswer(error)) {
    // Also a line of the stream that is no JSON, which the SDK throws as it is.
    return answered
      ? new AppError('unavailable', 'MODEL.INCOMPLETE', 'The reply broke off.', { cause: error })
      : new AppError('unavailable', 'MODEL.UNAVAILABLE', 'The connection to the model failed.', {
          cause: error,
        });
  }
  return answerError(error);
}

/** True for an error that the server answered, with a status or within its stream. */
function isAnswer(error: unknown): error is APIError {
  return error instanceof APIError && !(error instanceof APIConnectionError);
}

function answerError(error: APIError): AppError {
  const { status } = error;
  const details = {
    ...(status !== undefined && { status }),
    ...(error.code && { vendorCode: error.code }),
    ...(error.type && { vendorType: error.type }),
    ...(error.param && { param: error.param }),
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
