/** An app as files that serve it without Crane. Paths are relative; the same app gives the same bytes. */
export type Bundle = { name: string; files: readonly BundleFile[] };
export type BundleFile = { path: string; text: string };

/** A variable that a person fills in, or may change. */
export type BundleVariable = {
  name: string;
  /** What stands when nobody says another; null = it must be given. */
  default: string | null;
  /** What it is for, in one line. */
  about: string;
};

/** A file or folder that a person brings along, since Crane does not carry its content. */
export type BundleNeed = { path: string; about: string };

/** A public way to a service, reached by its name in the app's network. */
export type PortableRoute = {
  service: string;
  hosts: readonly string[];
  /** Also for hosts that no route names. */
  isForAnyHost: boolean;
  path: string;
  port: number;
  rateLimit: { average: number; burst: number } | null;
};

/** What is needed to run a router from a compose file: its image, arguments, and the file that tells it its routes. */
export type PortableRouter = (routes: readonly PortableRoute[]) => {
  image: string;
  command: readonly string[];
  /** The port it listens on in its container. */
  port: number;
  config: { target: string; text: string };
};
