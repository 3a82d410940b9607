#include "server/desk/desk_parts.h"

#include "bot/safety/hearing.h"
#include "handoff/queue/tell.h"
#include "handoff/queue/wake.h"
#include "server/desk/keyed_hash.h"
#include "server/desk/media_link.h"
#include "server/store/keys.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

namespace tsunagi::desk {
namespace {

using store::Space;

}  // namespace

DeskService::DeskService(store::Store& store, const config::Loaded& config, Clock& clock, Random& random)
    : store_(store), config_(config), clock_(clock), random_(random), playbooks_(store, config)
{
    const auto derived = keyed_hash(config.server.master_key, "tsunagi identity lookup");
    identity_secret_.assign(derived.begin(), derived.end());
    const auto derived_for_links = keyed_hash(config.server.master_key, "tsunagi media links");
    link_secret_.assign(derived_for_links.begin(), derived_for_links.end());
}

// ---------------------------------------------------------------------------- start

net::awaitable<void> DeskService::start()
{
    co_await playbooks_.keep_current();
    for (const auto& desk : config_.desks) {
        co_await load_staff(desk.id);
        co_await load_held(desk.id);
    }
}

net::awaitable<void> DeskService::load_staff(DeskId desk)
{
    auto range = store::staff_of(desk);
    range.limit = page_rows;
    for (;;) {
        const auto rows = co_await store_.scan(range);
        for (const auto& row : rows) {
            const auto account = store::decode<store::StaffAccount>(row.value.bytes);
            if (!account.ok()) spdlog::error("a staff account of desk {} cannot be read: {}", desk.text, to_text(account.error()));
            else if (!account->disabled) index_.put(*account, this->desk(desk)->capacity_per_counselor);
        }
        if (rows.size() < page_rows) co_return;
        range = store::resume_after(range, rows.back().key);
    }
}

net::awaitable<void> DeskService::load_held(DeskId desk)
{
    for (const auto kind : {bot::HolderKind::queue, bot::HolderKind::counselor}) {
        auto range = store::held_by(desk, kind);
        range.limit = page_rows;
        for (;;) {
            const auto rows = co_await store_.scan(range);
            for (const auto& row : rows) {
                const auto id = store::conversation_of_queue_key(row.key);
                if (!id) continue;
                std::string key = store::conversation_key(desk, *id);
                const auto found = co_await store_.get(Space::conversation, std::move(key));
                if (!found) continue;
                const auto held = store::decode<bot::Conversation>(found->bytes);
                if (held.ok()) index_.put(*held);
                else spdlog::error("a conversation of desk {} cannot be read: {}", desk.text, to_text(held.error()));
            }
            if (rows.size() < page_rows) break;
            range = store::resume_after(range, rows.back().key);
        }
    }
}

// ---------------------------------------------------------------------------- what every change ends with

/// Commits. `unavailable` may also mean that only the answer was lost: then the rows are on disk, and what they cause must
/// be made known as after any commit, or a message waits for the next restart. A conversation's record counts its changes,
/// so its bytes tell this commit from every other.
net::awaitable<Result<store::Committed, store::CommitFailure>> DeskService::commit(store::Batch batch)
{
    std::optional<store::Write> witness;
    for (const auto& write : batch.writes)
        if (write.bytes && (write.space == Space::conversation || write.space == Space::staff)) witness = write;
    const auto committed = co_await store_.commit(std::move(batch));
    if (committed.ok() || committed.error() != store::CommitFailure::unavailable || !witness) co_return committed;
    const auto found = co_await store_.get(witness->space, witness->key);
    if (!found || found->bytes != *witness->bytes) co_return committed;
    co_return store::Committed{found->version, found->version};
}

void DeskService::published(const bot::Conversation& next, std::vector<store::OutboxRow> outbox)
{
    index_.put(next);
    if (outbox_listener_)
        for (auto& row : outbox) outbox_listener_(std::move(row));
    if (changed_listener_) changed_listener_(next);
}

// ---------------------------------------------------------------------------- what a full disk leaves open

void DeskService::doubt(const std::string& identity, const bot::Conversation& next, std::vector<store::OutboxRow> outbox,
                        std::vector<store::MediaWork> media)
{
    const std::lock_guard lock(doubtful_mutex_);
    if (doubtful_count_ >= doubtful_max) return;
    doubtful_[identity].push_back({next.desk, next.id, std::move(outbox), std::move(media)});
    ++doubtful_count_;
}

/// To be called with the turn of `identity`, before anything is decided: nobody can have used the same rows meanwhile, so one
/// that is there byte by byte came back and was never made known.
net::awaitable<void> DeskService::make_known(std::string identity)
{
    if (doubtful_count_ == 0 || !store_.trouble().empty()) co_return;
    std::vector<Doubtful> hers;
    {
        const std::lock_guard lock(doubtful_mutex_);
        const auto found = doubtful_.find(identity);
        if (found == doubtful_.end()) co_return;
        hers = std::move(found->second);
        doubtful_.erase(found);
        doubtful_count_ -= hers.size();
    }
    recent_.forget(identity);
    bool readable = true;
    for (auto& one : hers) {
        if (readable) readable = co_await make_known(one);
        if (readable) continue;
        const std::lock_guard lock(doubtful_mutex_);
        doubtful_[identity].push_back(std::move(one));
        ++doubtful_count_;
    }
    if (!readable) throw std::runtime_error("what was left open cannot be read");
}

/// False when the store cannot be read; what was made known until then is taken out of `doubtful`.
net::awaitable<bool> DeskService::make_known(Doubtful& doubtful)
{
    try {
        while (!doubtful.outbox.empty()) {
            const auto& row = doubtful.outbox.front();
            std::string key = store::outbox_key(row.desk, row.conversation, row.seq);
            const auto found = co_await store_.get(Space::outbox, std::move(key));
            if (found && found->bytes == store::encode(row) && outbox_listener_) outbox_listener_(row);
            doubtful.outbox.erase(doubtful.outbox.begin());
        }
        while (!doubtful.media.empty()) {
            const auto& work = doubtful.media.front();
            std::string key = store::media_work_key(work.desk, work.conversation, work.entry_seq);
            const auto found = co_await store_.get(Space::media, std::move(key));
            if (found && found->bytes == store::encode(work) && media_listener_) media_listener_(work);
            doubtful.media.erase(doubtful.media.begin());
        }
        const auto loaded = co_await load(doubtful.desk, doubtful.conversation);
        if (!loaded) co_return true;
        index_.put(loaded->conversation);
        if (changed_listener_) changed_listener_(loaded->conversation);
        co_return true;
    } catch (const std::exception&) {
        co_return false;
    }
}

net::awaitable<void> DeskService::make_doubtful_known()
{
    std::vector<std::string> identities;
    {
        const std::lock_guard lock(doubtful_mutex_);
        for (const auto& [identity, hers] : doubtful_) identities.push_back(identity);
    }
    for (const auto& identity : identities) {
        std::string turn_key = identity;
        const auto turn = co_await turns_.take(std::move(turn_key));
        co_await make_known(identity);
    }
}

// ---------------------------------------------------------------------------- reading and duty

net::awaitable<std::optional<Loaded>> DeskService::load(DeskId desk, ConversationId conversation)
{
    std::string key = store::conversation_key(desk, conversation);
    const auto found = co_await store_.get(Space::conversation, std::move(key));
    if (!found) co_return std::nullopt;
    co_return Loaded{decoded<bot::Conversation>(found->bytes, "conversation"), found->version};
}

net::awaitable<std::optional<store::Identity>> DeskService::owner_of(DeskId desk, bot::ChannelAddress address)
{
    std::string key = identity_key(desk, address);
    const auto found = co_await store_.get(Space::identity, std::move(key));
    if (!found) co_return std::nullopt;
    co_return decoded<store::Identity>(found->bytes, "identity");
}

/// Turns the words of `decision` (the file's name) into the media with that name; what must be stored beside them.
std::optional<store::Write> DeskService::attach(bot::Decision& decision, const SendMedia& media) const
{
    const auto said = std::find_if(decision.log.begin(), decision.log.end(),
                                   [](const bot::Entry& entry) { return entry.kind == bot::EntryKind::outbound; });
    if (said == decision.log.end()) return std::nullopt;
    const auto& next = decision.next;
    const bool is_picture = media.mime.starts_with("image/");
    said->media = bot::OutboundMedia{.kind = is_picture ? bot::MediaKind::image : bot::MediaKind::file,
                                     .blob = make_media_link(link_secret_, {next.desk, next.id, said->seq}, clock_.now()),
                                     .file_name = media.file_name,
                                     .mime = media.mime,
                                     .size_bytes = static_cast<std::int64_t>(media.bytes->size())};
    for (auto& effect : decision.effects)
        if (auto* send = std::get_if<bot::Send>(&effect))
            for (std::size_t i = 0; i < send->messages.size(); ++i)
                if (send->entries.at(i) == said->seq) send->messages[i].media = said->media;
    const store::PersonScope scope{next.desk.text, next.person.text};
    const store::MediaBlob blob{.mime = media.mime, .file_name = media.file_name, .bytes = *media.bytes};
    return store::Write{Space::media, store::media_key(next.desk, next.id, said->seq), store::encode(blob, scope)};
}

net::awaitable<std::optional<store::MediaBlob>> DeskService::media_behind(std::string link)
{
    const auto place = read_media_link(link_secret_, link, clock_.now());
    if (!place) co_return std::nullopt;
    std::string key = store::media_key(place->desk, place->conversation, place->entry_seq);
    const auto found = co_await store_.get(Space::media, std::move(key));
    if (!found) co_return std::nullopt;
    const auto whose = co_await load(place->desk, place->conversation);
    if (!whose || bot::is_hidden(whose->conversation, place->entry_seq)) co_return std::nullopt;
    co_return decoded<store::MediaBlob>(found->bytes, "media");
}

net::awaitable<bool> DeskService::amend(DeskId desk, ConversationId conversation, Edit edit)
{
    const auto unlocked = co_await load(desk, conversation);
    if (!unlocked) co_return false;
    const std::string identity = identity_key(desk, unlocked->conversation.address);
    std::string turn_key = identity;
    const auto turn = co_await turns_.take(std::move(turn_key));
    recent_.forget(identity);  // as for a command
    co_await make_known(identity);
    for (int attempt = 0; attempt < decide_attempts_max; ++attempt) {
        auto known = co_await load(desk, conversation);
        if (!known) co_return false;
        auto& next = known->conversation;
        if (!edit(next)) co_return true;
        ++next.revision;
        const std::string key = store::conversation_key(desk, conversation);
        store::Batch batch;
        batch.expects.push_back({Space::conversation, key, known->version});
        batch.writes.push_back({Space::conversation, key, store::encode(next)});
        batch.notices.push_back({desk.text, "conversation", conversation.text, next.revision});
        const auto committed = co_await commit(std::move(batch));
        if (committed.ok()) {
            index_.put(next);
            co_return true;
        }
        if (committed.error() != store::CommitFailure::conflict) co_return false;
    }
    co_return false;
}

net::awaitable<bool> DeskService::set_duty(DeskId desk, CounselorId counselor, bool on_duty)
{
    std::string turn_key = staff_turn(desk, counselor);
    const auto turn = co_await turns_.take(std::move(turn_key));
    const std::string key = store::staff_key(desk, counselor);
    for (int attempt = 0; attempt < decide_attempts_max; ++attempt) {
        const auto found = co_await store_.get(Space::staff, key);
        if (!found) co_return false;
        auto account = decoded<store::StaffAccount>(found->bytes, "staff account");
        account.on_duty = on_duty;
        account.duty_since = clock_.now();
        store::Batch batch;
        batch.expects.push_back({Space::staff, key, found->version});
        batch.writes.push_back({Space::staff, key, store::encode(account)});
        batch.notices.push_back({desk.text, "staff", "", 0});
        const auto committed = co_await commit(std::move(batch));
        if (committed.ok()) {
            index_.put(account, this->desk(desk)->capacity_per_counselor);
            co_return true;
        }
        if (committed.error() != store::CommitFailure::conflict) co_return false;
    }
    co_return false;
}

bool DeskService::content_on_line(const DeskId& desk) const
{
    const auto* found = this->desk(desk);
    return found == nullptr || found->content_on_line == config::ContentOnLine::in_line;
}

/// What LINE is told in place of content. Nothing where content may go there itself.
net::awaitable<std::optional<DoorNotice>> DeskService::door_notice(bot::Conversation next, DoorOccasion occasion)
{
    if (content_on_line(next.desk) || !doorway_) co_return std::nullopt;
    co_return co_await doorway_(std::move(next), occasion);
}

/// That something of ours is to be read. A ring that must wait gets its timer. Staff are told what becomes of it, once, for who
/// answered believes that she knows.
net::awaitable<std::optional<DoorNotice>> DeskService::ring(bot::Decision& decision, DoorOccasion occasion)
{
    auto notice = co_await door_notice(decision.next, occasion);
    if (!notice) co_return notice;
    const auto& until = notice->waits_until;
    if (until) {
        const auto& next = decision.next;
        std::string key = store::timer_name_key(next.desk, next.id, handoff::timer_door_ring);
        const auto set = co_await store_.get(Space::timer, std::move(key));
        if (set && decoded<store::Timer>(set->bytes, "timer").due == *until) co_return notice;
        decision.effects.emplace_back(bot::SetTimer{handoff::timer_door_ring, *until});
    }
    if (notice->tells != nullptr) bot::log_event(decision, notice->tells, until ? handoff::moment_values(*until) : std::map<std::string, std::string>{}, clock_.now());
    co_return notice;
}

const config::DeskConfig* DeskService::desk(const DeskId& id) const
{
    const auto found = std::find_if(config_.desks.begin(), config_.desks.end(),
                                    [&id](const config::DeskConfig& desk) { return desk.id == id; });
    return found == config_.desks.end() ? nullptr : &*found;
}

std::string DeskService::identity_key(const DeskId& desk, const bot::ChannelAddress& address) const
{
    const std::string text = desk.text + '\n' + std::to_string(static_cast<int>(address.kind)) + '\n' + address.channel +
                             '\n' + address.user;
    return store::identity_key(desk, address.kind, address.channel, keyed_hash(identity_secret_, text));
}

const handoff::WakeRules& DeskService::wake_rules(const DeskId& desk) const
{
    static const handoff::WakeRules standard;
    const auto* found = this->desk(desk);
    return found == nullptr ? standard : found->wake;
}

const handoff::OpeningHours& DeskService::hours(const DeskId& desk, const std::string& channel) const
{
    static const handoff::OpeningHours always_closed;
    const auto* found = this->desk(desk);
    if (found != nullptr && channel == web_channel && found->web_chat.hours) return *found->web_chat.hours;
    if (found == nullptr || found->line_channels.empty()) return always_closed;
    for (const auto& line : found->line_channels)
        if (line.name == channel) return line.hours;
    return found->line_channels.front().hours;
}

}  // namespace tsunagi::desk
