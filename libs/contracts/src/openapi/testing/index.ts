export { differences, unexplained } from './compare';
export type { Allowance } from './compare';
export { factsOf } from './facts';
export type { DocumentFacts, FactsByVintage } from './facts';
export type { JsonSchema, OpenApiDocument, OpenApiOperation } from './json-schema';
