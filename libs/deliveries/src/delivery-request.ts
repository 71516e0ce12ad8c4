/** An event of a call, as it is delivered. */
export interface DeliveredEvent {
  readonly eventId: string;
  readonly callId: string;
  readonly type: string;
  readonly payload: Readonly<Record<string, unknown>>;
  /** From 1, in the order of the call's history. */
  readonly sequence: number;
  readonly createdAtMs: number;
  /** What the call was placed with, if it was given any. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** Where, and how, it is delivered. */
export interface DeliveryTarget {
  readonly url: string;
  readonly method: 'GET' | 'POST';
}

/** One HTTP request, ready to be sent as it stands. */
export interface DeliveryRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** The JSON text of an event: Vocode's `{type, call_id, payload}`, and what lets a receiver order and recognise it. */
export function eventBody(event: DeliveredEvent): string {
  return JSON.stringify({
    type: event.type,
    call_id: event.callId,
    payload: event.payload,
    sequence: event.sequence,
    event_id: event.eventId,
    created_at: new Date(event.createdAtMs).toISOString(),
    ...(event.metadata && { metadata: event.metadata }),
  });
}

/**
 * The request of one attempt made at `nowMs`. POST carries the event as JSON; GET carries its fields in the query,
 * the payload and the metadata as JSON texts, beside those that the URL has. `webhook-id` is the same at every attempt.
 * @see Standard Webhooks 1.0.0, "Webhook headers"
 */
export function deliveryRequest(
  target: DeliveryTarget,
  event: DeliveredEvent,
  nowMs: number,
): DeliveryRequest {
  const headers = {
    'user-agent': 'Parley',
    'webhook-id': event.eventId,
    'webhook-timestamp': String(Math.floor(nowMs / 1000)),
  };
  if (target.method === 'GET') return { method: 'GET', url: withQuery(target.url, event), headers };
  return {
    method: 'POST',
    url: target.url,
    headers: { 'content-type': 'application/json', ...headers },
    body: eventBody(event),
  };
}

/** Appends by text: parsing a URL and writing it again could change what the customer typed. */
function withQuery(url: string, event: DeliveredEvent): string {
  const fields = {
    type: event.type,
    call_id: event.callId,
    payload: JSON.stringify(event.payload),
    sequence: String(event.sequence),
    event_id: event.eventId,
    created_at: new Date(event.createdAtMs).toISOString(),
    ...(event.metadata && { metadata: JSON.stringify(event.metadata) }),
  };
  const query = Object.entries(fields)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&');
  const [address = ''] = url.split('#');
  return `${address}${address.includes('?') ? '&' : '?'}${query}`;
}
