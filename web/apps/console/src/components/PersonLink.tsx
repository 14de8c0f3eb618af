/** Somebody in a list: face, name as a link to their page, and below it how they are told apart. */

import { Face } from './Face';
import { LinkAnchor } from './links';
import classes from './PersonLink.module.css';

export interface PersonLinkProps {
  person: { external_id: string; name: string; email?: string | null };
  /** Slug of the workspace. */
  ws: string;
}

export function PersonLink({ person, ws }: PersonLinkProps) {
  return (
    <div className={classes.person}>
      <Face name={person.name} size={28} />
      <div className={classes.text}>
        <LinkAnchor
          to={'/w/$ws/people/$id' as string}
          params={{ ws, id: person.external_id } as never}
          className={classes.name ?? ''}
        >
          <bdi>{person.name}</bdi>
        </LinkAnchor>
        <span className={classes.below} title={person.email ?? person.external_id}>
          {person.email ?? person.external_id}
        </span>
      </div>
    </div>
  );
}
