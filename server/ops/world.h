#pragma once
#include "bot/conversation/decision.h"
#include "handoff/queue/commands.h"
#include "handoff/queue/receive.h"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tsunagi::ops {

/// How a small world begins.
struct WorldStart {
    std::shared_ptr<const bot::Playbook> playbook;
    handoff::OpeningHours hours;
    std::string channel = "line-main";
    TimePoint now;
    bot::Language language;           ///< of new conversations; empty: the desk's first
    std::vector<bot::Answer> answers; ///< what everybody told before
    std::vector<handoff::Counselor> staff;
    bool others_may_come = true; ///< a counselor not in `staff` takes the place of a nameless one, or comes on duty
};

/// A desk in memory, with its people, its staff and a clock that moves when told, and a moment with everything that
/// happens: what server/desk does with a store, a network and time, for transcripts and for `tsunagi talk`. Decisions
/// come from the very functions that the server calls. Not thread-safe.
class World {
public:
    struct Person {
        bot::Conversation conversation;
        std::vector<bot::Entry> log;
        std::vector<bot::OutboundMessage> told; ///< since the last thing that happened to her
        std::vector<bot::OutboundMessage> all_told;
        std::vector<std::pair<std::string, std::string>> sent; ///< message id and text, of what she sent
    };

    explicit World(WorldStart start);

    TimePoint now() const { return now_; }
    void wait(Milliseconds time) { now_ += time; }

    /// The person called so; she begins when she is first named.
    Person& person(const std::string& name);

    /// Something comes from her, as it would from LINE.
    void receive(const std::string& name, bot::InboundContent content);

    /// The button with this label: under the last message that has it. Nothing when she was never shown it.
    std::optional<bot::QuickReply> button(const std::string& name, const std::string& label);

    /// The counselor called so; nothing when nobody of that name may be here.
    std::optional<handoff::Counselor> counselor(const std::string& name);
    void set_duty(const std::string& name, bool on_duty);

    using Command = std::function<handoff::Outcome(const bot::Conversation&, const handoff::Counselor&)>;

    /// A counselor acts on her conversation. Why it was refused, or nothing. A refused command changes nothing.
    std::optional<handoff::Refusal> command(const std::string& name, const handoff::Counselor& by,
                                            const Command& command);

    const bot::Playbook& playbook() const { return *start_.playbook; }

    /// Her place in line: 1 is next. Only while she waits.
    std::size_t place_in_line(const std::string& name) const;

    /// What the pure functions did that no server could carry out (more than LINE takes, the bot speaking while a
    /// counselor holds, a wish for a human left standing); empty when all is well.
    const std::string& trouble() const { return trouble_; }

private:
    handoff::Counselor* find_counselor(const std::string& name);
    handoff::Counselor with_load(handoff::Counselor counselor) const;
    handoff::DeskView view(const bot::Conversation& conversation) const;
    void commit(Person& person, bot::Decision decision);
    void deliver(Person& person, const bot::Send& send);
    void withdraw(Person& person, const std::string& message_id);
    std::string next_id(const std::string& kind);

    WorldStart start_;
    TimePoint now_;
    std::map<std::string, Person> people_;
    std::string trouble_;
    unsigned ids_ = 0;
};

} // namespace tsunagi::ops
