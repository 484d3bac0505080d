import { Modal, type ModalProps } from '@mantine/core';
import { t } from '../words/t.ts';

/** A window over the page; Escape and the cross close it, and the focus goes back to where it was. */
export function Dialog(props: ModalProps) {
  return <Modal closeButtonProps={{ 'aria-label': t('Close') }} {...props} />;
}
