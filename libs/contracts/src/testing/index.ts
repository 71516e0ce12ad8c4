export * from '../openapi/testing';
