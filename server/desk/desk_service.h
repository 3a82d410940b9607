#pragma once
#include "bot/base/result.h"
#include "bot/conversation/decision.h"
#include "handoff/queue/commands.h"
#include "handoff/queue/risk_commands.h"
#include "server/config/config.h"
#include "server/desk/clock.h"
#include "server/desk/commit_plan.h"
#include "server/desk/desk_index.h"
#include "server/desk/playbooks.h"
#include "server/desk/recent_people.h"
#include "server/desk/turns.h"
#include "server/store/records.h"
#include "server/store/store.h"

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

namespace tsunagi::desk {

/// What became of an event from a person. Only `refused` lets the webhook answer anything but 200.
enum class Received {
    committed,  ///< kept, durably, with everything it caused
    repeated,   ///< known already, or a version of what she has withdrawn: nothing changed
    refused,    ///< could not be kept now; the platform should deliver it again
};

// What a counselor asks for. Each goes the same way as an event: turn, load, decide, one commit, outbox.
struct Claim {};
struct SendText { std::string text; std::optional<std::uint64_t> seen_seq = std::nullopt; };  ///< seen_seq: handoff::send_text
struct AddNote { std::string text; };
struct Transfer { std::optional<CounselorId> to; std::string reason; };
struct ReturnToBot { std::uint64_t seen_seq = 0; };  ///< seen_seq here and below: handoff::said_since; 0: nothing was seen
struct Close {
    std::string outcome;
    bool say_goodbye = true;
    std::uint64_t seen_seq = 0;
    std::optional<handoff::Judged> judged = std::nullopt;
};
struct SetRisk { std::uint8_t level = 0; std::string reason; std::uint64_t seen_seq = 0; };
struct DismissMark { std::uint64_t seq = 0; std::string reason; };  ///< of the log entry that carries the mark
struct EndDisguise { std::string reason; std::uint64_t seen_seq = 0; };
struct SetSafeContact { bot::SafeContact contact; };
/// A picture or a PDF; `file_name` is what the log and a lock screen say of it. The bytes are shared: they are large.
struct SendMedia {
    std::string mime;
    std::string file_name;
    std::shared_ptr<const std::string> bytes;
    std::optional<std::uint64_t> seen_seq = std::nullopt;  ///< as for a text
};
using Action = std::variant<Claim, SendText, SendMedia, AddNote, Transfer, ReturnToBot, Close, SetRisk, DismissMark, EndDisguise,
                            SetSafeContact>;

struct Command {
    DeskId desk;
    ConversationId conversation;
    CounselorId by;
    std::string idempotency_key;  ///< client-made ULID: the same key again is the same change
    Action action;
};

/// Why a command changed nothing.
struct CommandFailure {
    enum class Kind { no_such_conversation, no_such_counselor, refused, unavailable } kind = Kind::unavailable;
    handoff::Refusal refusal = handoff::Refusal::not_holder;  ///< when refused
    std::string holder_name;                                  ///< who holds it now, when refused
};

/// What a command did. `entries` are the log entries it added: none when the same key had done it before.
struct Commanded {
    bot::Conversation conversation;
    std::vector<bot::Entry> entries;
};

/// Why a person may be told on LINE, by neutral words alone, that something is to be read in the web chat.
enum class DoorOccasion {
    she_wrote,    ///< on LINE: shown the way in
    we_answered,  ///< a counselor wrote to her
    wait_ended,   ///< a ring that waited, for the hours she agreed or for LINE, may go out, if there is still something to be read
    ring_late,    ///< a ring did not go out in time: asked anew, as if somebody answered now or a while later
    ring_lost,    ///< a ring was given up: nothing goes out now, and the next answer may ring
};
/// The neutral words, and what else must be committed with them (the link's hash, that she was told). With `waits_until`
/// no words yet: then it is asked again. Without words nothing goes out, and the rest is committed. `tells`: what staff are to know
/// of it, in the catalogue's words (`event.ring_*`); nothing when they know.
struct DoorNotice {
    std::optional<bot::OutboundMessage> message;
    std::optional<TimePoint> waits_until = {};
    const char* tells = nullptr;
    std::vector<store::Expect> expects;
    std::vector<store::Write> writes;
};
/// What goes to LINE in place of content when that is only a doorway; nothing: stay silent. Given the conversation as it
/// is about to be committed.
using Doorway = std::function<net::awaitable<std::optional<DoorNotice>>(bot::Conversation, DoorOccasion)>;

/// The name of the web chat's channel: each desk has one.
inline constexpr const char* web_channel = "web";
/// Data of the button on LINE that asks for a new link: a knock at the door, no answer to a question.
inline constexpr const char* door_button_data = "door=open";

/// The place where state changes: one event, one commit (architecture.md). Thread-safe.
class DeskService {
public:
    /// Told of every outbox row once it is durable, in commit order of the channel it came by. Set before start().
    using OutboxListener = std::function<void(store::OutboxRow)>;

    DeskService(store::Store& store, const config::Loaded& config, Clock& clock, Random& random);

    void on_outbox(OutboxListener listener) { outbox_listener_ = std::move(listener); }

    /// Who finds the words for desks whose LINE is only a doorway. Set before start(); without it LINE is told nothing.
    void set_doorway(Doorway doorway) { doorway_ = std::move(doorway); }

    /// Told of a conversation each time a person's event has become durable. Set before start().
    using ReceivedListener = std::function<void(const bot::Conversation&)>;
    void on_received(ReceivedListener listener) { received_listener_ = std::move(listener); }

    /// Told of a conversation each time a person, a counselor or a timer has changed it, once that is durable; not of an
    /// amend(). Set before start().
    using ChangedListener = std::function<void(const bot::Conversation&)>;
    void on_changed(ChangedListener listener) { changed_listener_ = std::move(listener); }

    /// Told of all media to be fetched once that is durable. Set before start().
    using MediaListener = std::function<void(store::MediaWork)>;
    void on_media(MediaListener listener) { media_listener_ = std::move(listener); }

    /// Reads what must be in memory: the lines of waiting people, who is on duty, playbook versions still in use; stores
    /// the current playbooks. Await once before anything else. Throws when the store cannot be read; a single row that cannot
    /// be read is logged and left out.
    net::awaitable<void> start();

    /// An event from a person (steps 2 to 5 of a message's life). Events of one person are taken in the order of calls.
    /// A conversation that begins with it begins in `language`, when the desk speaks that.
    net::awaitable<Received> receive(bot::Inbound inbound, bot::Language language = {});

    /// The conversation of a channel identity; nothing when it has none yet.
    net::awaitable<std::optional<store::Identity>> owner_of(DeskId desk, bot::ChannelAddress address);

    /// Space::identity's key of a channel identity (the user id enters it as an HMAC).
    std::string identity_key(const DeskId& desk, const bot::ChannelAddress& address) const;

    /// A counselor's command. On success the conversation as it is now.
    net::awaitable<Result<Commanded, CommandFailure>> command(Command command);

    /// Whether a command of `by` with this key was carried out in `conversation`.
    net::awaitable<bool> was_done(DeskId desk, ConversationId conversation, CounselorId by, std::string idempotency_key);

    /// A timer that is due (desk/timers.h). True when it is done with: what it causes is committed and it is gone, or it was
    /// gone already. False when that could not be kept now, or its desk is not configured: it is still due. Throws when what
    /// it concerns cannot be read.
    net::awaitable<bool> wake(store::Timer timer);

    /// Makes known what a refused commit left on disk all the same: a full disk's last write may be found once the store has
    /// opened its files again. Each person's next event, command or timer does so for her; this does it for all. Nothing
    /// while the store is in trouble. Throws when the store cannot be read.
    net::awaitable<void> make_doubtful_known();

    /// A conversation as it was last committed.
    net::awaitable<std::optional<Loaded>> load(DeskId desk, ConversationId conversation);

    /// One entry of a conversation's log, or nothing.
    net::awaitable<std::optional<bot::Entry>> entry(DeskId desk, ConversationId conversation, std::uint64_t seq);

    /// Changes what a conversation knows without anything being said: `edit` is given it as it is and answers whether it
    /// changed anything; it may be called more than once. False when it could not be kept or is not there.
    using Edit = std::function<bool(bot::Conversation&)>;
    net::awaitable<bool> amend(DeskId desk, ConversationId conversation, Edit edit);

    /// Keeps that `by` has `shown` of a conversation's log on screen, so that a message withdrawn later tells who saw it. A
    /// write only when that is more than was kept. False when there is no such part of a log or it could not be kept.
    net::awaitable<bool> note_on_screen(DeskId desk, ConversationId conversation, CounselorId by, store::Sighting::Range shown);

    /// What a link out of this desk service stands for (media_link.h); nothing when it is not ours or too old.
    net::awaitable<std::optional<store::MediaBlob>> media_behind(std::string link);

    /// Changes a counselor's duty. False when there is no such account or it could not be kept.
    net::awaitable<bool> set_duty(DeskId desk, CounselorId counselor, bool on_duty);

    /// A desk's configuration, or null.
    const config::DeskConfig* desk(const DeskId& id) const;
    const std::vector<config::DeskConfig>& desks() const { return config_.desks; }
    /// When a human answers those who come by `channel` (web_channel: the web chat, which may have hours of its own).
    const handoff::OpeningHours& hours(const DeskId& desk, const std::string& channel) const;
    const DeskIndex& index() const { return index_; }
    const Playbooks& playbooks() const { return playbooks_; }
    store::Store& store() { return store_; }
    Clock& clock() { return clock_; }
    Random& random() { return random_; }

private:
    /// Some fifteen thousand people: those of an evening at a large desk.
    static constexpr std::size_t recent_people_bytes_max = 16u << 20;
    /// As many as may wait in the store when it fails. Of more the first stay: those that come later were refused at once.
    static constexpr std::size_t doubtful_max = 16'384;

    /// What an event of a person meets: her conversation, or the beginning of one.
    struct Known {
        bot::Conversation conversation;
        store::Version version = store::absent;
        bool is_new = false;
    };
    net::awaitable<bool> forget(store::Timer timer);
    net::awaitable<void> load_staff(DeskId desk);
    net::awaitable<void> load_held(DeskId desk);
    /// References in these parameters are to what the calling coroutine owns and awaits with.
    net::awaitable<std::optional<Known>> find_or_begin(const bot::Inbound& inbound, const std::string& identity,
                                                       const bot::Language& language);
    net::awaitable<std::optional<DoorNotice>> door_notice(bot::Conversation next, DoorOccasion occasion);
    net::awaitable<std::optional<DoorNotice>> ring(bot::Decision& decision, DoorOccasion occasion);
    bool content_on_line(const DeskId& desk) const;
    bot::Decision decide(const bot::Conversation& conversation, const bot::Inbound& inbound, const bot::Playbook& playbook);
    net::awaitable<void> plan_unsend(const bot::Inbound& inbound, const bot::Conversation& conversation, store::Batch& batch);
    net::awaitable<void> plan_withdrawing(std::string message_id, std::uint64_t seq, store::Range range, bot::Conversation conversation,
                                          store::Batch& batch);
    net::awaitable<void> plan_unsending(std::vector<std::string> withdrawn, bot::Conversation conversation, store::Batch& batch);
    net::awaitable<void> plan_holding_back(bot::Conversation conversation, const char* why, store::Batch& batch);
    net::awaitable<bool> was_withdrawn(const bot::Inbound& inbound);
    static void withdraw(const std::string& message_id, const store::Row& row, bot::Entry entry,
                         const bot::Conversation& conversation, const std::vector<store::Sighting>& sightings, store::Batch& batch);
    net::awaitable<std::vector<store::Sighting>> sightings_of(DeskId desk, ConversationId conversation);
    enum class Conflict { lost_a_race, repeated, unsent_before_arrival };
    net::awaitable<Conflict> why_conflict(const bot::Inbound& inbound);
    net::awaitable<std::vector<store::Timer>> timers_touched(const bot::Decision& decision);
    /// An entry of the log as it is stored.
    struct StoredEntry {
        std::string key;
        store::Version version = store::absent;
        bot::Entry entry;
    };
    net::awaitable<std::optional<StoredEntry>> find_entry(DeskId desk, ConversationId conversation, std::uint64_t seq);
    /// `marked` is the entry of a DismissMark; its mark is changed.
    net::awaitable<Result<bot::Decision, CommandFailure>> decide_command(Command command, bot::Conversation conversation,
                                                                         StoredEntry* marked);
    net::awaitable<Result<store::Committed, store::CommitFailure>> commit(store::Batch batch);
    std::optional<store::Write> attach(bot::Decision& decision, const SendMedia& media) const;
    void published(const bot::Conversation& next, std::vector<store::OutboxRow> outbox);

    /// What a commit was to cause that was refused and may be found on disk afterwards.
    struct Doubtful {
        DeskId desk;
        ConversationId conversation;
        std::vector<store::OutboxRow> outbox;
        std::vector<store::MediaWork> media;
    };
    void doubt(const std::string& identity, const bot::Conversation& next, std::vector<store::OutboxRow> outbox,
               std::vector<store::MediaWork> media);
    net::awaitable<void> make_known(std::string identity);
    net::awaitable<bool> make_known(Doubtful& doubtful);

    const handoff::WakeRules& wake_rules(const DeskId& desk) const;

    store::Store& store_;
    const config::Loaded& config_;
    Clock& clock_;
    Random& random_;
    Playbooks playbooks_;
    DeskIndex index_;
    Turns turns_;
    RecentPeople recent_{recent_people_bytes_max};
    std::mutex doubtful_mutex_;
    std::map<std::string, std::vector<Doubtful>> doubtful_;  ///< by identity key, in order; touched with that person's turn
    std::atomic<std::size_t> doubtful_count_{0};
    OutboxListener outbox_listener_;
    Doorway doorway_;
    MediaListener media_listener_;
    ReceivedListener received_listener_;
    ChangedListener changed_listener_;
    std::string identity_secret_;
    std::string link_secret_;
};

}  // namespace tsunagi::desk
