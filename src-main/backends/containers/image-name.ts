// Names of images, as people shorten them.

/** With registry, path and tag: `debian` is `docker.io/library/debian:latest`. */
export function fullName(image: string): string {
  const [first = '', ...rest] = image.split('/');
  const isRegistry = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  const path = isRegistry ? rest.join('/') : image;
  const registry = isRegistry ? first : 'docker.io';
  const whole = registry === 'docker.io' && !path.includes('/') ? `${registry}/library/${path}` : `${registry}/${path}`;
  return /[:@]/.test(path.split('/').at(-1)!) ? whole : `${whole}:latest`;
}
