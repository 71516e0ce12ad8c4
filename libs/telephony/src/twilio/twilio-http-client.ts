import { RequestClient } from 'twilio';

type Request<T> = Parameters<typeof RequestClient.prototype.request<T>>[0];
type Response<T> = ReturnType<typeof RequestClient.prototype.request<T>>;

/** The carrier's own address; the SDK puts a region or an edge into it if the account has one. */
const publicOrigin = 'https://api.twilio.com';

/**
 * Sends the SDK's requests to `baseUrl` instead. The SDK's own way (`client.api.baseUrl`) takes host names apart and
 * puts them together wrongly when they have two labels or more than three, so only the finished address is touched here.
 */
export class TwilioHttpClient extends RequestClient {
  private readonly baseUrl: string;

  /** @param baseUrl origin, and a path prefix if need be; Twilio's own when undefined. */
  constructor(baseUrl: string | undefined, timeoutMs: number) {
    super({ timeout: timeoutMs, keepAlive: true });
    this.baseUrl = (baseUrl ?? publicOrigin).replace(/\/+$/, '');
  }

  override request<T>(request: Request<T>): Response<T> {
    const { pathname, search } = new URL(request.uri);
    return super.request<T>({ ...request, uri: `${this.baseUrl}${pathname}${search}` });
  }
}
