#pragma once
#include "bot/conversation/conversation.h"
#include "bot/flow/flow.h"
#include "bot/guide/support.h"

#include <string>
#include <string_view>
#include <vector>

// What the guide shows her: which programmes, and how they read. It never says that she may get something.

namespace tsunagi::bot {

/// The answer that keeps what she has been shown, so that 「ほかの案内も見る」 shows others and a counselor knows.
constexpr const char* programmes_seen = "guide_seen";

/// What a guide node finds for her now.
struct Offering {
    /// Best first, at most `cards_per_message_max`. Those about violence at home only once she has said that nobody else
    /// reads her screen (practice.md section 12).
    std::vector<const Programme*> shown;
    /// What she asked for and is not shown only because it names violence and nobody has asked who reads her screen: the
    /// best answers to her question, or programmes that an answer of hers or the desk names for this place. Nothing while a
    /// question of ours about the screen is fresh, or once she said that it is watched. Who gets some is asked about it.
    std::vector<const Programme*> held_back;
};
Offering programmes_to_offer(const Guide& node, const Conversation& conversation, const Support& support, TimePoint now);

/// One message with a card for each: what it is, for whom, where, what to bring, by when; what must be done before
/// starting comes first; amounts with their year and date. Its text says all of it in words, after a neutral first
/// line.
OutboundMessage offer_message(const std::vector<const Programme*>& programmes, const Conversation& conversation,
                              const Playbook& playbook, TimePoint now);

/// `answer` with these programmes beside those it holds, and the ids that such an answer holds; none without one.
Answer with_programmes(Answer answer, const std::vector<const Programme*>& programmes);
std::vector<std::string> ids_in_answer(const Answer* answer);

/// Takes note of what she is shown; `again` false: she asked for something new, what she saw before may be shown again.
void keep_seen(Conversation& conversation, const std::vector<const Programme*>& programmes, bool again);

}  // namespace tsunagi::bot
