/** An error of the REST API, with Twilio's code. */
export class RestError extends Error {
  constructor(
    readonly status: number,
    readonly code: number,
    message: string,
  ) {
    super(message);
    this.name = 'RestError';
  }

  /** The body as Twilio answers it. */
  toJson(): object {
    return {
      code: this.code,
      message: this.message,
      more_info: `https://www.twilio.com/docs/errors/${this.code}`,
      status: this.status,
    };
  }
}

/** 404: no such resource. */
export function notFound(path: string): RestError {
  return new RestError(404, 20404, `The requested resource ${path} was not found`);
}

/** 400 with a code of the operation. */
export function badRequest(code: number, message: string): RestError {
  return new RestError(400, code, message);
}
