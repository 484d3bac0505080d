import { Anchor, Button, Menu, NavLink, type AnchorProps, type ButtonProps } from '@mantine/core';
import { createLink } from '@tanstack/react-router';
import type { ComponentPropsWithRef, ReactNode } from 'react';

type LinkProps = Omit<ComponentPropsWithRef<'a'>, keyof AnchorProps | 'color'> & AnchorProps;
type ButtonLinkProps = Omit<ComponentPropsWithRef<'a'>, keyof ButtonProps> & ButtonProps;
type RailProps = { label: string; leftSection: ReactNode; active: boolean };
type ItemProps = { children: ReactNode };

/** Links to pages, typed by the routes. */
export const TextLink = createLink((props: LinkProps) => <Anchor {...props} />);
export const ButtonLink = createLink((props: ButtonLinkProps) => <Button component="a" {...props} />);
export const RailLink = createLink((props: RailProps) => (
  <NavLink component="a" variant="light" {...props} />
));
export const MenuLink = createLink((props: ItemProps) => <Menu.Item component="a" {...props} />);

/** A link to another place, in a tab of its own. What is no address of the web is text: the server's word for it is not enough. */
export function OutsideLink({ url, children }: { url: string | null | undefined; children: ReactNode }) {
  if (url === null || url === undefined || !/^https?:\/\//i.test(url)) return children;
  return (
    <Anchor href={url} target="_blank" rel="noreferrer" size="sm">
      {children}
    </Anchor>
  );
}
