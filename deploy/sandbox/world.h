#pragma once
#include "deploy/sandbox/model.h"
#include "deploy/sandbox/tokens.h"

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tsunagi::sandbox {

/// A picture, video, recording or file a person sent: what the content endpoint gives.
struct Content {
    std::string media_type;
    std::string bytes;
    std::int64_t ready_at_ms = 0;  ///< until then LINE answers 202 (facts.md 45)
    bool unsent = false;           ///< 410 from then on (facts.md 31)
};

/// Where a line of a chat is.
struct EntryPlace {
    std::string channel_id, user_id;
    std::int64_t seq = 0;
};

/// A bot's message on its way to a person.
struct Outgoing {
    json messages;  ///< array of LINE message objects, already checked
    std::string via;
    std::string request_id;
    bool silent = false;
};

/// Everything the stand-in knows: channels, people, chats, tokens, contents. One thread owns it.
///
/// Every change is told to the listeners as a JSON record with a `record` kind: the live feed shows it to the phones, the
/// journal writes it down, and `restore` makes the same world of those records again.
class World {
public:
    using Listener = std::function<void(const json& record)>;

    bool accept_loopback_http = false;  ///< media URLs on http://127.0.0.1 pass, for a demo without TLS

    explicit World(std::vector<Channel> channels);
    void listen(Listener listener) { listeners_.push_back(std::move(listener)); }

    std::vector<Channel>& channels() { return channels_; }
    /// Null when unknown. An empty id means the first channel.
    Channel* channel(const std::string& id);
    void rich_menus_changed(const Channel& channel);
    void rich_menu_image_changed(const Channel& channel, const RichMenu& menu);

    const Person& add_person(Person person);
    const Person* person(const std::string& user_id) const;
    const std::map<std::string, Person>& people() const { return people_; }

    Chat& chat(const std::string& channel_id, const std::string& user_id);
    const Chat* find_chat(const std::string& channel_id, const std::string& user_id) const;
    void friendship_changed(const std::string& channel_id, const std::string& user_id);

    /// Whether a push to the person is shown on the phone: friend and not blocked, or wrote within seven days.
    bool reaches(const std::string& channel_id, const std::string& user_id) const;

    /// Gives the line its number and keeps it.
    const Entry& add_entry(const std::string& channel_id, const std::string& user_id, Entry entry);
    std::optional<EntryPlace> find_message(const std::string& message_id) const;
    Entry* entry_at(const EntryPlace& place);
    void entry_changed(const EntryPlace& place);

    /// Shows the bot's messages to the person when they reach; gives `sentMessages` either way, as LINE does.
    json send(const std::string& channel_id, const std::string& user_id, const Outgoing& outgoing);

    /// Shows the loading animation. Ends with the next message of the bot.
    void show_loading(const std::string& channel_id, const std::string& user_id, std::int64_t until_ms);

    /// Whether the quote token belongs to this chat (facts.md 78).
    bool can_quote(const std::string& channel_id, const std::string& chat_id, const std::string& quote_token) const;
    /// Marks that message and all before it read. False when the channel never gave out the token.
    bool mark_as_read(const std::string& channel_id, const std::string& token);

    void keep_content(const std::string& message_id, Content content);
    Content* content(const std::string& message_id);

    ReplyTokens& reply_tokens() { return reply_tokens_; }
    AccessTokens& access_tokens() { return access_tokens_; }
    RetryKeys& retry_keys() { return retry_keys_; }
    void remember_accepted(const std::string& channel_id, const std::string& key, AcceptedRequest accepted);

    /// Takes a record that an earlier world told its listeners. Tells nobody. Unknown kinds are left out.
    void restore(const json& record);
    /// The records that make this world again.
    std::vector<json> records() const;
    /// Forgets people, chats and keys; channels and access tokens stay.
    void reset();

private:
    void tell(const json& record) const;
    void index(const EntryPlace& place, const Entry& entry);
    json entry_record(const EntryPlace& place, const Entry& entry) const;
    void restore_entry(const json& record);
    static void restore_rich_menus(RichMenus& menus, const json& state);

    std::vector<Channel> channels_;
    std::vector<Listener> listeners_;
    std::map<std::string, Person> people_;
    std::map<std::pair<std::string, std::string>, Chat> chats_;
    std::map<std::string, EntryPlace> by_message_id_;
    std::map<std::string, EntryPlace> by_quote_token_;
    std::map<std::string, EntryPlace> by_read_token_;
    std::map<std::string, Content> contents_;
    std::deque<std::string> content_order_;
    std::size_t content_bytes_ = 0;
    ReplyTokens reply_tokens_;
    AccessTokens access_tokens_;
    RetryKeys retry_keys_;
    std::int64_t last_seq_ = 0;
};

}  // namespace tsunagi::sandbox
