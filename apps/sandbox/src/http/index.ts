export { HttpListener, readBody } from './http-listener';
