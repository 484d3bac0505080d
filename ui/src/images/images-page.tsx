import { Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { imagesQuery } from '../client/queries.ts';
import { Asked } from '../view/asked.tsx';
import { Empty } from '../view/empty.tsx';
import { TextLink } from '../view/links.tsx';
import { TimeAgo } from '../view/time-ago.tsx';
import { bytes } from '../words/format.ts';
import { Rows } from '../view/rows.tsx';
import { t } from '../words/t.ts';

/** Images by what they are, and who needs them. */
export function ImagesPage() {
  const images = useQuery(imagesQuery);
  return (
    <Stack>
      <Title order={1}>{t('Images')}</Title>
      <Asked query={images}>
        {(items) =>
          items.length === 0 ? (
            <Empty title={t('No images yet')} command="crane deploy -f compose.yaml">
              {t('Here will be every image that a kept release needs, with its size.')}
            </Empty>
          ) : (
            <Rows
              minWidth={640}
              heads={[t('image'), t('id'), { number: t('size') }, t('made'), t('used by')]}
            >
              {items.map(({ image, imageId, isBuilt, sizeBytes, createdAt, usedBy }) => (
                <Table.Tr key={`${image} ${imageId}`}>
                  <Table.Td className="wrap-anywhere">
                    <span className="mono">{image}</span>
                    {isBuilt ? ` (${t('built here')})` : ''}
                  </Table.Td>
                  <Table.Td className="mono">{imageId.replace('sha256:', '').slice(0, 12)}</Table.Td>
                  <Table.Td className="number">
                    {sizeBytes === null ? t('not on the engine') : bytes(sizeBytes)}
                  </Table.Td>
                  <Table.Td>{createdAt === null ? '–' : <TimeAgo at={createdAt} />}</Table.Td>
                  <Table.Td>
                    {usedBy.map(({ app, service, releases, isCurrent }) => (
                      <Text key={`${app}/${service}`} size="sm">
                        <TextLink to="/apps/$app" params={{ app }}>
                          {app}/{service}
                        </TextLink>{' '}
                        {isCurrent ? t('now') : t('release {number}', { number: releases.join(', ') })}
                      </Text>
                    ))}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Rows>
          )
        }
      </Asked>
    </Stack>
  );
}
