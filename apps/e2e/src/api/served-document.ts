import type { KeyProfile } from '@parley/contracts';
import { JsonSchema, OpenApiDocument, OpenApiOperation, SchemaValidator } from '@parley/contracts/testing';
import type { ApiAnswer, ApiClient } from './api-client';

export interface ServedOperation {
  /** `GET /v1/agents`. */
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly spec: OpenApiOperation;
}

/** A document as the running system serves it, and what it says of answers. */
export class ServedDocument {
  readonly operations: readonly ServedOperation[];
  private readonly validator: SchemaValidator;

  constructor(readonly document: OpenApiDocument) {
    this.validator = new SchemaValidator(document);
    this.operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, spec]) => ({
        name: `${method.toUpperCase()} ${path}`,
        method: method.toUpperCase(),
        path,
        spec,
      })),
    );
  }

  static async of(client: ApiClient, profile: KeyProfile): Promise<ServedDocument> {
    const answer = await client.raw({ method: 'GET', path: `/openapi.json?profile=${profile}` });
    if (answer.status !== 200) throw new Error(`/openapi.json answered ${answer.status}: ${answer.text}`);
    return new ServedDocument(answer.json as OpenApiDocument);
  }

  operation(name: string): ServedOperation {
    const found = this.operations.find((operation) => operation.name === name);
    if (!found) throw new Error(`the document has no ${name}`);
    return found;
  }

  /** The schema of the body that an operation takes. */
  bodySchema({ spec }: ServedOperation): JsonSchema | undefined {
    return spec.requestBody?.content['application/json']?.schema;
  }

  isDocumentedStatus({ spec }: ServedOperation, status: number): boolean {
    return spec.responses[String(status)] !== undefined;
  }

  isDocumentedType({ spec }: ServedOperation, { status, mediaType }: ApiAnswer): boolean {
    return spec.responses[String(status)]?.content?.[mediaType] !== undefined;
  }

  /** What is wrong with an answer's body; undefined when nothing is, or nothing is said of it. */
  complaint({ spec }: ServedOperation, { status, mediaType, json }: ApiAnswer): string | undefined {
    const schema = spec.responses[String(status)]?.content?.[mediaType]?.schema;
    return schema && this.validator.complaint(schema, json);
  }

  /** All that is wrong with an answer to an operation. */
  complaints(operation: ServedOperation, answer: ApiAnswer): string[] {
    if (!this.isDocumentedStatus(operation, answer.status))
      return [`status ${answer.status} is not documented`];
    if (!this.isDocumentedType(operation, answer))
      return [`type ${answer.mediaType} is not documented for status ${answer.status}`];
    const complaint = this.complaint(operation, answer);
    return complaint === undefined ? [] : [complaint];
  }
}
