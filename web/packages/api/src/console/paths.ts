/**
 * The operations that the console calls: the schema's. Two of them take a file, which the schema can only call a list
 * of numbers or a text; here they take what a browser has. Give such a call a `bodySerializer` that hands the file on.
 */

import type { paths } from '../schema';

type ImportPath = '/v1/workspaces/{ws}/imports';
type PhotoPath = '/v1/workspaces/{ws}/photos';

/** The same operation with a file as its body. */
type WithFile<Operation> = Omit<Operation, 'requestBody'> & {
  requestBody: { content: { 'application/octet-stream': Blob } };
};

/** Every operation, in the generator's form. */
export type ConsolePaths = Omit<paths, ImportPath | PhotoPath> & {
  [Path in ImportPath | PhotoPath]: Omit<paths[Path], 'post'> & { post: WithFile<paths[Path]['post']> };
};
