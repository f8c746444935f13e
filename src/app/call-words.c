/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "call-words.h"

#include <glib/gi18n.h>

#include <string.h>

#include "format.h"

/* How calls and colleagues are told of: the words and the look that the call page, the rows and the
 * windows of incoming calls share. Only functions, no state. */

/**
 * tandem_call_is_held_here:
 * @call: a call
 *
 * Returns: whether it is up and on our hold, whatever the other side does
 */
gboolean
tandem_call_is_held_here (TandemCall *call)
{
  TandemHold hold = tandem_call_get_hold (call);

  return tandem_call_get_state (call) == TANDEM_CALL_CONNECTED
         && (hold == TANDEM_HOLD_LOCAL || hold == TANDEM_HOLD_BOTH);
}

/**
 * tandem_call_is_clock:
 * @pspec: a property of TandemCall
 *
 * Returns: whether it changes with every second, so that nothing but a time is to be renewed
 */
gboolean
tandem_call_is_clock (GParamSpec *pspec)
{
  return g_str_has_suffix (g_param_spec_get_name (pspec), "duration");
}

/**
 * tandem_call_words_who:
 * @call: a call
 *
 * Returns: (transfer full): the name, or the number set apart for right-to-left text
 */
char *
tandem_call_words_who (TandemCall *call)
{
  const char *name = tandem_call_get_peer_name (call);

  return name != NULL && *name != '\0' ? tandem_format_shortened (name, 80)
                                       : tandem_format_isolated (tandem_call_get_title (call));
}

/**
 * tandem_call_words_who_within:
 * @call: a call
 *
 * Returns: (transfer full): the same for the middle of a sentence, which may run the other way
 */
char *
tandem_call_words_who_within (TandemCall *call)
{
  g_autofree char *who = tandem_call_words_who (call);
  const char *name = tandem_call_get_peer_name (call);

  return name != NULL && *name != '\0' ? tandem_format_isolated (who) : g_steal_pointer (&who);
}

/**
 * tandem_call_words_auto_answer:
 * @call: a call that rings here
 *
 * Returns: (transfer full) (nullable): when it will be answered by itself
 */
char *
tandem_call_words_auto_answer (TandemCall *call)
{
  gint left = tandem_call_get_auto_answer_in (call);
  guint seconds = left > 0 ? ((guint) left + 999) / 1000 : 0;

  if (left < 0 || tandem_call_get_state (call) != TANDEM_CALL_RINGING_HERE)
    return NULL;
  if (seconds == 0)
    return g_strdup (_ ("Answered automatically now"));
  return g_strdup_printf (ngettext ("Answered automatically in %u second",
                                    "Answered automatically in %u seconds", seconds),
                          seconds);
}

/**
 * tandem_call_words_referral:
 * @call: a call
 *
 * Returns: (transfer full) (nullable): what the other side asks for
 */
char *
tandem_call_words_referral (TandemCall *call)
{
  const char *target = tandem_call_get_referral_target (call);
  const char *colon = target != NULL ? strchr (target, ':') : NULL;
  g_autofree char *who = NULL;
  g_autofree char *isolated = NULL;

  if (target == NULL || tandem_call_get_state (call) == TANDEM_CALL_ENDED)
    return NULL;
  who = tandem_call_words_who_within (call);
  isolated = tandem_format_isolated (colon != NULL ? colon + 1 : target);
  /* Translators: who one talks to, and the number that is to be called. */
  return g_strdup_printf (_ ("%s asks you to call %s"), who, isolated);
}

static const char *
connected_text (TandemCall *call)
{
  const char *status = tandem_call_get_status_text (call);
  gboolean held = tandem_call_is_held_here (call);

  if (tandem_call_is_hold_pending (call))
    return held ? _ ("Retrieving the call…") : _ ("Putting on hold…");
  switch (tandem_call_get_hold (call))
    {
    case TANDEM_HOLD_LOCAL:
      return tandem_call_is_hold_reminder (call) ? _ ("Still on hold") : _ ("On hold");
    case TANDEM_HOLD_REMOTE:
      return _ ("The other side holds this call");
    case TANDEM_HOLD_BOTH:
      return _ ("Both sides hold this call");
    case TANDEM_HOLD_NONE:
    default:
      if (tandem_call_get_muted (call))
        return _ ("Your microphone is muted");
      if (tandem_call_is_in_conference (call))
        return _ ("In a conference");
      return status != NULL ? status : "";
    }
}

/**
 * tandem_call_words_state:
 * @call: a call
 *
 * Returns: (transfer full): its state in a few words, without a time; for the call page
 */
char *
tandem_call_words_state (TandemCall *call)
{
  const char *status = tandem_call_get_status_text (call);
  const char *failure = tandem_call_get_failure (call);
  const char *target = tandem_call_get_target (call);
  g_autofree char *isolated = NULL;
  char *auto_answer;

  switch (tandem_call_get_state (call))
    {
    case TANDEM_CALL_CONNECTED:
      return g_strdup (connected_text (call));
    case TANDEM_CALL_RINGING_HERE:
      auto_answer = tandem_call_words_auto_answer (call);
      if (auto_answer != NULL)
        return auto_answer;
      break;
    case TANDEM_CALL_ANSWERING:
      if (tandem_call_is_unconfirmed (call))
        return g_strdup (_ ("Answering… not yet confirmed"));
      break;
    case TANDEM_CALL_REDIRECTED:
      if (target != NULL)
        {
          isolated = tandem_format_isolated (target);
          return g_strdup_printf (_ ("This call was redirected to %s. Call there?"), isolated);
        }
      break;
    case TANDEM_CALL_ENDED:
      return g_strdup (failure != NULL ? failure : _ ("Call ended"));
    case TANDEM_CALL_CALLING:
    case TANDEM_CALL_DISCONNECTED:
    case TANDEM_CALL_RINGING_THERE:
    case TANDEM_CALL_EARLY_MEDIA:
    default:
      break;
    }
  return g_strdup (status != NULL ? status : "");
}

/**
 * tandem_call_words_look:
 * @call: a call
 *
 * Returns: the style class of its state: "held", "held-there", "muted", "talking", "unconfirmed",
 *   "over" or "waiting"
 */
const char *
tandem_call_words_look (TandemCall *call)
{
  switch (tandem_call_get_state (call))
    {
    case TANDEM_CALL_CONNECTED:
      if (tandem_call_is_held_here (call))
        return "held";
      if (tandem_call_get_hold (call) == TANDEM_HOLD_REMOTE)
        return "held-there";
      return tandem_call_get_muted (call) ? "muted" : "talking";
    case TANDEM_CALL_RINGING_THERE:
    case TANDEM_CALL_EARLY_MEDIA:
    case TANDEM_CALL_RINGING_HERE:
      return "talking";
    case TANDEM_CALL_ANSWERING:
      return tandem_call_is_unconfirmed (call) ? "unconfirmed" : "talking";
    case TANDEM_CALL_ENDED:
      return tandem_call_get_duration (call) > 0 ? "waiting" : "over";
    case TANDEM_CALL_CALLING:
    case TANDEM_CALL_DISCONNECTED:
    case TANDEM_CALL_REDIRECTED:
    default:
      return "waiting";
    }
}

/**
 * tandem_call_words_look_icon:
 * @look: of tandem_call_words_look()
 *
 * Returns: (nullable): the name of the icon that stands beside the words
 */
const char *
tandem_call_words_look_icon (const char *look)
{
  if (g_str_equal (look, "muted"))
    return "tandem-microphone-muted-symbolic";
  if (g_str_equal (look, "held") || g_str_equal (look, "held-there"))
    return "tandem-hold-symbolic";
  if (g_str_equal (look, "unconfirmed"))
    return "dialog-warning-symbolic";
  return NULL;
}

/**
 * tandem_colleague_icon_name:
 * @state: how a colleague is there
 *
 * Returns: an icon of a shape of its own; stands beside the words, never alone
 */
const char *
tandem_colleague_icon_name (TandemColleagueState state)
{
  switch (state)
    {
    case TANDEM_COLLEAGUE_AVAILABLE:
      return "tandem-available-symbolic";
    case TANDEM_COLLEAGUE_AWAY:
      return "tandem-away-symbolic";
    case TANDEM_COLLEAGUE_RINGING:
      return "tandem-ringing-symbolic";
    case TANDEM_COLLEAGUE_BUSY:
      return "tandem-do-not-disturb-symbolic";
    case TANDEM_COLLEAGUE_OFFLINE:
      return "tandem-standby-symbolic";
    case TANDEM_COLLEAGUE_UNKNOWN:
    default:
      return "tandem-unknown-symbolic";
    }
}

/**
 * tandem_colleague_css_class:
 * @state: how a colleague is there
 *
 * Returns: the style class of the icon
 */
const char *
tandem_colleague_css_class (TandemColleagueState state)
{
  switch (state)
    {
    case TANDEM_COLLEAGUE_AVAILABLE:
      return "presence-available";
    case TANDEM_COLLEAGUE_RINGING:
      return "presence-ringing";
    case TANDEM_COLLEAGUE_BUSY:
      return "presence-busy";
    case TANDEM_COLLEAGUE_AWAY:
      return "presence-away";
    case TANDEM_COLLEAGUE_OFFLINE:
    case TANDEM_COLLEAGUE_UNKNOWN:
    default:
      return "dim-label";
    }
}
