import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { servePart, type Cleanable } from './part-server.ts';

const sha256 = (content: Buffer): string => `sha256:${createHash('sha256').update(content).digest('hex')}`;

/**
 * A registry on loopback that has one image, `<host>/<name>`; the engine speaks plain HTTP with loopback. Any other name is unknown
 * to it. Gives the reference of the image.
 */
export async function serveRegistry(
  test: Cleanable,
  name: string,
  layerTar: Buffer,
  /** Only with this login, as `Authorization: Basic …` says it. */
  login: { user: string; password: string } | null = null,
): Promise<string> {
  const layer = gzipSync(layerTar);
  const config = Buffer.from(
    JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      config: {},
      rootfs: { type: 'layers', diff_ids: [sha256(layerTar)] },
      history: [{ created: '2026-01-01T00:00:00Z', created_by: 'test' }],
    }),
  );
  const type = 'application/vnd.docker.distribution.manifest.v2+json';
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: type,
      config: {
        mediaType: 'application/vnd.docker.container.image.v1+json',
        size: config.length,
        digest: sha256(config),
      },
      layers: [
        {
          mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
          size: layer.length,
          digest: sha256(layer),
        },
      ],
    }),
  );
  const blobs = new Map([config, layer].map((blob) => [sha256(blob), blob]));
  const basic =
    login === null ? null : `Basic ${Buffer.from(`${login.user}:${login.password}`).toString('base64')}`;
  const url = await servePart(test, ({ path, headers }, response) => {
    if (basic !== null && headers.authorization !== basic) {
      response.statusCode = 401;
      response.setHeader('WWW-Authenticate', 'Basic realm="test"');
      return void response.end('{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}');
    }
    if (path === '/v2/') return void response.end('{}');
    const isManifest = path.startsWith(`/v2/${name}/manifests/`);
    const blob = isManifest ? manifest : blobs.get(path.replace(`/v2/${name}/blobs/`, ''));
    if (blob === undefined) {
      response.statusCode = 404;
      response.setHeader('Content-Type', 'application/json');
      return void response.end(
        JSON.stringify({ errors: [{ code: 'MANIFEST_UNKNOWN', message: 'manifest unknown' }] }),
      );
    }
    response.setHeader('Content-Type', isManifest ? type : 'application/octet-stream');
    response.setHeader('Docker-Content-Digest', sha256(blob));
    response.setHeader('Content-Length', blob.length);
    return void response.end(blob);
  });
  return `${new URL(url).host}/${name}:1`;
}
