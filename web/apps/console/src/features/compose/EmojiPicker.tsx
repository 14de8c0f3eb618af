/** Emoji to choose from, in the reader's language, with data from this server. Loaded when it is opened. */

import { EmojiPicker as Picker } from 'frimousse';
import { useTranslation } from '../../app/translation';
import classes from './EmojiPicker.module.css';

/** Put there by the build, with the version of the data in its name: what is under `/assets` never changes. */
const DATA = '/assets/console/emoji-17';

/** ARIA counts from one; the picker counts from zero. */
const fromOne = (at: number | undefined): number | undefined => (at === undefined ? undefined : at + 1);

export default function EmojiPicker({ choose }: { choose: (emoji: string) => void }) {
  const { t, i18n } = useTranslation();
  return (
    <Picker.Root
      className={classes.root}
      columns={9}
      locale={i18n.language}
      emojibaseUrl={DATA}
      onEmojiSelect={({ emoji }) => choose(emoji)}
    >
      <Picker.Search
        className={classes.search}
        placeholder={t('compose.emoji_search')}
        aria-label={t('compose.emoji_search')}
        autoFocus
      />
      <Picker.Viewport className={classes.viewport}>
        <Picker.Loading className={classes.note}>{t('state.loading')}</Picker.Loading>
        <Picker.Empty className={classes.note}>{t('compose.no_match')}</Picker.Empty>
        <Picker.List
          className={classes.list}
          components={{
            CategoryHeader: ({ category, ...props }) => (
              <div {...props} className={classes.category}>
                {category.label}
              </div>
            ),
            Row: (props) => (
              // biome-ignore lint/a11y/useAriaPropsSupportedByRole: the role comes with the properties
              <div {...props} aria-rowindex={fromOne(props['aria-rowindex'])} className={classes.row} />
            ),
            Emoji: ({ emoji, ...props }) => (
              // biome-ignore lint/a11y/useAriaPropsSupportedByRole: the role comes with the properties
              <button
                {...props}
                aria-colindex={fromOne(props['aria-colindex'])}
                className={classes.emoji}
                aria-label={emoji.label}
              >
                {emoji.emoji}
              </button>
            ),
          }}
        />
      </Picker.Viewport>
      <div className={classes.foot}>
        <Picker.ActiveEmoji>
          {({ emoji }) => (
            <span className={classes.name}>{emoji ? `${emoji.emoji}  ${emoji.label}` : ''}</span>
          )}
        </Picker.ActiveEmoji>
        <Picker.SkinToneSelector className={classes.tone} aria-label={t('compose.skin_tone')} />
      </div>
    </Picker.Root>
  );
}
