#include "server/ops/line_side.h"

#include "server/media/media_type.h"

#include <boost/asio/co_spawn.hpp>

#include <map>
#include <unordered_map>
#include <utility>

namespace tsunagi::ops {
namespace {

/// Pictures fetched at once: each lies in memory until it is stored.
constexpr std::size_t media_connections_max = 3;
constexpr std::chrono::seconds media_read_timeout{60};

std::unordered_map<std::string, line::TokenCredential> credentials(const config::Loaded& config)
{
    std::unordered_map<std::string, line::TokenCredential> all;
    for (const auto& desk : config.desks)
        for (const auto& channel : desk.line_channels) {
            const auto& token = channel.token;
            line::TokenCredential credential{token.kind, channel.access_token, {}, {token.channel_id, token.key_id, token.private_key}};
            if (!channel.secrets.empty()) credential.channel_secret = channel.secrets.front();
            all.emplace(line::channel_key(desk.id, channel.name), std::move(credential));
        }
    return all;
}

/// What people send is larger than what LINE answers, and the host may take its time.
http::ClientOptions for_media(http::ClientOptions options)
{
    options.connections_max = media_connections_max;
    options.response_bytes_max = media::bytes_max;
    options.deadlines.read = media_read_timeout;
    return options;
}

}  // namespace

LineSide::LineSide(const config::Loaded& config, desk::DeskService& desks, desk::Clock& clock, Metrics& metrics,
                   const net::any_io_executor& executor, const http::ClientOptions& options)
    : config_(config), desks_(desks), metrics_(metrics), executor_(executor),
      client_(executor, config.server.line_api_base, options),
      data_client_(executor, config.server.line_data_base, for_media(options)),
      tokens_(credentials(config), [this](http::ClientRequest request) { return client_.send(std::move(request)); }, clock),
      pace_(clock), caller_(client_, data_client_, tokens_, pace_), quota_(caller_, clock),
      accounts_(config, caller_, quota_, clock, [this] { metrics_.handler_failed("line_watch"); }),
      api_(caller_, &quota_, config.server.public_url + "/media/"),
      groups_(caller_, metrics, [this](const DeskId& desk) { return group_notice(desk); }), content_(caller_),
      profiles_(caller_, desks), read_marks_(caller_, desks), rich_menus_(caller_, desks), typing_(caller_, desks)
{
}

void LineSide::use(line::Outbox& outbox, api::ConsoleApi& console)
{
    for (const auto& desk : config_.desks)
        for (const auto& channel : desk.line_channels) show_quota(desk.id, channel.name);
    console.set_line({.status = [this](const DeskId& desk) { return status(desk); }, .on_screen = {}, .typing = {}});
    if (!config_.server.line_sending) return;
    outbox.set_may_push([this](const store::OutboxRow& row) {
        return quota_.bot_may_push(line::channel_key(row.desk, row.to.channel));
    });
    desks_.on_received([this](const bot::Conversation& conversation) {
        if (profiles_.wanted(conversation)) begin(profiles_.learn(conversation));
    });
    console.set_line({.status = [this](const DeskId& desk) { return status(desk); },
                      .on_screen = [this](bot::Conversation conversation) { begin(read_marks_.show(std::move(conversation))); },
                      .typing = [this](bot::Conversation conversation) {
                          if (typing_.wanted(conversation)) begin(typing_.show(std::move(conversation)));
                      }});
    desks_.on_changed([this](const bot::Conversation& conversation) {
        if (rich_menus_.wants_change(conversation)) begin(rich_menus_.change(conversation.desk, conversation.id));
    });
}

void LineSide::start()
{
    if (!config_.server.line_sending) return;
    const auto counted = [this](const char* code) {
        return [this, code](std::exception_ptr failure) {
            if (failure) metrics_.handler_failed(code);
        };
    };
    net::co_spawn(executor_, accounts_.run(), counted("line_watch"));
    for (const auto& desk : config_.desks)
        for (const auto& channel : desk.line_channels)
            net::co_spawn(executor_, rich_menus_.keep(desk.id, channel.name), counted("rich_menus"));
}

void LineSide::leave(const DeskId& desk, const std::string& channel, line::GroupVisit visit)
{
    if (!config_.server.line_sending) return;  // the group's next event asks again
    begin(groups_.leave(desk, channel, std::move(visit)));
}

std::vector<std::string> LineSide::remarks()
{
    std::vector<std::string> words;
    for (const auto& desk : config_.desks)
        for (const auto& channel : desk.line_channels) {
            for (const auto finding : accounts_.findings(line::channel_key(desk.id, channel.name)))
                words.push_back(line::in_words(finding, channel.name));
            if (auto remark = rich_menus_.remark(desk.id, channel.name); !remark.empty()) words.push_back(std::move(remark));
        }
    return words;
}

/// Work that nobody waits for; what it throws is counted, never lost in silence.
void LineSide::begin(net::awaitable<void> work)
{
    ++background_;
    net::co_spawn(executor_, std::move(work), [this](std::exception_ptr failure) {
        --background_;
        if (failure) metrics_.handler_failed("background");
    });
}

void LineSide::show_quota(const DeskId& desk, const std::string& channel)
{
    const std::string key = line::channel_key(desk, channel);
    const std::map<std::string, std::string> labels{{"desk", desk.text}, {"channel", channel}};
    metrics_.gauge("tsunagi_line_quota_used", "messages LINE counted this month", [this, key] {
        const auto quota = quota_.last(key);
        return quota ? static_cast<double>(quota->used) : 0.0;
    }, labels);
    metrics_.gauge("tsunagi_line_quota_limit", "messages LINE allows this month; -1: no limit, or not known", [this, key] {
        const auto quota = quota_.last(key);
        return quota && quota->limit ? static_cast<double>(*quota->limit) : -1.0;
    }, labels);
}

std::vector<api::ChannelStatus> LineSide::status(const DeskId& desk)
{
    std::vector<api::ChannelStatus> all;
    for (const auto& channel : desks_.desk(desk)->line_channels) {
        const std::string key = line::channel_key(desk, channel.name);
        const auto known = quota_.reading(key);
        api::ChannelStatus status{.name = channel.name, .paused = !config_.server.line_sending, .quota = {},
                                  .unanswered_at = known.unanswered_at, .remarks = {}};
        if (const auto& newest = known.newest) status.quota = {newest->limit, newest->used, newest->reserve(), newest->read_at};
        for (const auto finding : accounts_.findings(key)) status.remarks.emplace_back(line::code_of(finding));
        if (!rich_menus_.remark(desk, channel.name).empty()) status.remarks.emplace_back("rich_menus");
        all.push_back(std::move(status));
    }
    return all;
}

/// In every language of the desk: who invited us is nobody we know.
std::string LineSide::group_notice(const DeskId& desk)
{
    const auto playbook = desks_.playbooks().current(desk);
    const auto found = playbook->messages.find("group.notice");
    if (found == playbook->messages.end()) return {};
    std::string notice;
    for (const auto& language : playbook->languages) {
        const auto text = found->second.find(language);
        if (text != found->second.end()) notice += (notice.empty() ? "" : "\n\n") + text->second;
    }
    return notice;
}

}  // namespace tsunagi::ops
