/** The inbox without a page around it: store, live updates, rows, texts. Plain DOM, no framework, no HTML sinks. */

export { safeImage, safeLink } from './address';
export { announcing } from './announcing';
export { avatar, hue, initials } from './avatar';
export { type Child, h, icon, set, setText } from './dom';
export { gathered } from './frames';
export { renderHtml } from './html';
export * as icons from './icons';
export { destinationOf, faceOf, type RowContext, titleOf } from './item';
export { ItemList } from './list';
export { type FollowOptions, follow } from './live';
export type { Filter, Loading, Snapshot, StoreEvents, StoreOptions } from './snapshot';
export { InboxStore } from './store';
export { chooseLocale, type Texts, type Translate, translator } from './strings';
export { exactTime, relativeTime } from './time';
