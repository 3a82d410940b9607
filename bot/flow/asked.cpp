#include "bot/flow/asked.h"

#include "bot/base/text.h"
#include "bot/flow/answers.h"
#include "bot/flow/any_time.h"
#include "bot/flow/buttons.h"
#include "bot/flow/decide.h"
#include "bot/flow/words.h"
#include "bot/guide/support.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace tsunagi::bot {
namespace {

constexpr const char* asked_answer = "guide_question";
constexpr std::chrono::hours question_span{1};

// Found on tests/bench/guide and the ordinary messages of tests/bench/risk (tests/unit/guide/asked_test.cpp holds
// both).
constexpr double score_of_question = 40;        // beside a form of asking
constexpr double closeness_of_question = 0.15;  // a long story about other things is no question to the guide
constexpr double closeness_of_name = 0.60;      // a bare 「児童扶養手当」
constexpr std::size_t name_clusters_max = 10;

std::vector<QuickReply> buttons_below(Walk& walk)
{
    const auto& language = walk.conversation().language;
    const auto& playbook = walk.playbook();
    return {own_button(tap_guide_more, language, playbook), own_button(tap_guide_ask, language, playbook),
            own_button(tap_human, language, playbook)};
}

void offer(Walk& walk, bool more)
{
    Guide guide;
    guide.question_answer = asked_answer;
    guide.more = more;
    walk.offer(guide);
    say_asked(walk);
}

bool knows_answer(const std::string& text, const Playbook& playbook)
{
    const auto hits = playbook.support->index().search(text, 1);
    if (hits.empty() || wish_for_human(text, match_key(text), playbook.human_folded) != HumanWish::none) return false;
    const auto& best = hits.front();
    if (best.closeness >= closeness_of_name && grapheme_length(text) <= name_clusters_max) return true;
    return best.score >= score_of_question && best.closeness >= closeness_of_question &&
           is_question(text, playbook.support->guide().words);
}

/// Whether she was just asked what she would like to know. Asked for once: the next words count, and no later ones.
bool take_invitation(Walk& walk)
{
    const auto until = std::exchange(walk.conversation().position.question_until, std::nullopt);
    return until && walk.now() <= *until;
}

/// Whether what she wrote when asked for a question may be one: no wish for a human and no mere greeting.
bool may_be_question(const std::string& text, const Playbook& playbook)
{
    const auto key = match_key(text);
    return !key.empty() && wish_for_human(text, key, playbook.human_folded) == HumanWish::none &&
           !is_only_greeting(text, playbook) && !language_named(text, playbook);
}

bool answer_tap(Walk& walk, const PostbackReceived& postback)
{
    const auto tap = read_tap(postback.data);
    if (!tap) return false;
    if (tap->choice == tap_guide_ask) {
        ask_for_question(walk);
        return true;
    }
    if (tap->choice != tap_guide_more || !find_answer(walk.conversation(), asked_answer)) return false;
    offer(walk, true);
    return true;
}

}  // namespace

bool answer_by_guide(Walk& walk, const Inbound& inbound)
{
    const auto& conversation = walk.conversation();
    const bool greeted = !conversation.position.flow.empty();
    if (!greeted || !walk.playbook().support || conversation.risk_level >= guide_silent_level) return false;
    if (const auto* postback = std::get_if<PostbackReceived>(&inbound.content)) return answer_tap(walk, *postback);
    const auto* text = std::get_if<TextReceived>(&inbound.content);
    if (!text) return false;
    const bool invited = take_invitation(walk) && may_be_question(text->text, walk.playbook());
    if (!invited && !knows_answer(text->text, walk.playbook())) return false;
    keep_answer(walk.conversation(),
                {.name = asked_answer, .value = text->text, .shown = text->text, .message_id = inbound.message_id});
    offer(walk, false);
    return true;
}

void say_asked(Walk& walk) { walk.say_message("guide.asked", buttons_below(walk)); }

void ask_for_question(Walk& walk)
{
    walk.conversation().position.question_until = walk.now() + question_span;
    walk.say_message("guide.ask");
}

}  // namespace tsunagi::bot
