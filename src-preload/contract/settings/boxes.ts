// Images that rented boxes may be made of, chosen by the user beside the templates that Hearth knows.

import { z } from 'zod';
import { setting } from './define.ts';

const Port = z.number().int().min(1).max(65_535);
const Variable = z
  .string()
  .max(64)
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'expected the name of a variable such as ROOT_PASSWORD');

export const OwnImage = z
  .strictObject({
    /** What the user calls it, on the page and in commands. */
    name: z
      .string()
      .max(32)
      .regex(/^[a-z0-9][a-z0-9-]*$/, 'small letters, digits and "-"'),
    /** What customers ask for, and what is pulled. */
    image: z
      .string()
      .max(255)
      .regex(/^[A-Za-z0-9][\w.:/@-]*$/, 'expected an image such as docker.io/library/debian:12'),
    /** Where its sshd listens in the box; left out: it has none. */
    sshPort: Port.optional(),
    /** Its environment takes the password of root by this name. */
    passwordVariable: Variable.optional(),
    /** What else listens in the box. */
    ports: z.array(Port).max(8).optional(),
    /** Further variables, the same for each customer. */
    env: z
      .record(Variable, z.string().max(1024))
      .refine((env) => Object.keys(env).length <= 16, 'at most 16 variables')
      .optional(),
  })
  .refine(({ sshPort, ports }) => sshPort !== undefined || (ports?.length ?? 0) > 0, {
    error: 'it needs an SSH port or another port: nobody could reach what is in it',
  })
  .refine(({ sshPort, passwordVariable }) => sshPort === undefined || passwordVariable !== undefined, {
    error: 'with an SSH port it needs the variable that takes the password',
  })
  .refine(({ sshPort, ports = [] }) => new Set([sshPort, ...ports]).size === ports.length + 1, {
    error: 'each port may be there once',
  });
export type OwnImage = z.infer<typeof OwnImage>;

export const boxesSettings = {
  'backends.boxImages': setting(
    z
      .array(OwnImage)
      .max(16)
      .refine(
        (images) => new Set(images.map(({ name }) => name)).size === images.length,
        'each name may be there once',
      ),
    [],
    'Images beside the templates that customers may rent a box of, such as one with an SSH server. Each is pulled by you beforehand.',
    { inFront: true },
  ),
};
