package aloft.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.dropbox.core.DbxRequestConfig;
import com.dropbox.core.InvalidAccessTokenException;
import com.dropbox.core.RateLimitException;
import com.dropbox.core.http.OkHttp3Requestor;
import com.dropbox.core.v2.DbxClientV2;
import com.dropbox.core.v2.files.CommitInfo;
import com.dropbox.core.v2.files.CreateFolderErrorException;
import com.dropbox.core.v2.files.DbxUserFilesRequests;
import com.dropbox.core.v2.files.DeleteErrorException;
import com.dropbox.core.v2.files.FileMetadata;
import com.dropbox.core.v2.files.FolderMetadata;
import com.dropbox.core.v2.files.GetMetadataErrorException;
import com.dropbox.core.v2.files.ListFolderContinueErrorException;
import com.dropbox.core.v2.files.ListFolderResult;
import com.dropbox.core.v2.files.Metadata;
import com.dropbox.core.v2.files.UploadErrorException;
import com.dropbox.core.v2.files.UploadSessionAppendErrorException;
import com.dropbox.core.v2.files.UploadSessionCursor;
import com.dropbox.core.v2.files.WriteConflictError;
import com.dropbox.core.v2.files.WriteMode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Dropbox's own library takes the fake for Dropbox. */
class DropboxLibraryTest {

    private final FakeDropbox fake = new FakeDropbox(0, true);
    private final DbxClientV2 client = client(fake);
    private final DbxUserFilesRequests files = client.files();

    DropboxLibraryTest() throws IOException {}

    private static DbxClientV2 client(FakeDropbox fake) {
        HttpUrl here = HttpUrl.get(fake.url());
        OkHttpClient http = OkHttp3Requestor.defaultOkHttpClientBuilder().addInterceptor(chain -> {
            HttpUrl there = chain.request()
                    .url()
                    .newBuilder()
                    .scheme(here.scheme())
                    .host(here.host())
                    .port(here.port())
                    .build();
            return chain.proceed(chain.request().newBuilder().url(there).build());
        }).build();
        return new DbxClientV2(DbxRequestConfig.newBuilder("test")
                .withHttpRequestor(new OkHttp3Requestor(http))
                .build(), fake.newToken());
    }

    @AfterEach
    void stop() {
        fake.close();
    }

    private FileMetadata upload(String path, WriteMode mode, byte[] body) throws Exception {
        return files.uploadBuilder(path)
                .withMode(mode)
                .withStrictConflict(true)
                .uploadAndFinish(new ByteArrayInputStream(body));
    }

    @Test
    void filesGoUpAndComeDownAgain() throws Exception {
        byte[] body = StoreContract.bytes(1, 100_000);
        FileMetadata made = upload("/a/\u00e4 \u20ac.x", WriteMode.ADD, body);
        assertThat(made.getSize()).isEqualTo(body.length);
        assertThat(made.getContentHash()).isEqualTo(Dropbox.contentHash(body));
        assertThat(made.getPathDisplay()).isEqualTo("/a/\u00e4 \u20ac.x");
        FileMetadata there = (FileMetadata) files.getMetadata("/A/\u00c4 \u20ac.X");
        assertThat(there.getRev()).isEqualTo(made.getRev());
        try (InputStream in = files.downloadBuilder("/a/\u00e4 \u20ac.x")
                .range(1000, 10)
                .start()
                .getInputStream()) {
            assertThat(in.readAllBytes()).isEqualTo(java.util.Arrays.copyOfRange(body, 1000, 1010));
        }
        try (InputStream in = files.download(made.getId()).getInputStream()) {
            assertThat(in.readAllBytes()).isEqualTo(body);
        }
        assertThat(upload("/a/\u00e4 \u20ac.x", WriteMode.update(made.getRev()), new byte[3]).getId())
                .isEqualTo(made.getId());
    }

    @Test
    void conflictsAreToldByKind() throws Exception {
        String rev = upload("/a/x", WriteMode.ADD, new byte[]{1}).getRev();
        upload("/a/x", WriteMode.OVERWRITE, new byte[]{2});
        for (WriteMode mode : List.of(WriteMode.ADD, WriteMode.update(rev))) {
            assertThatExceptionOfType(UploadErrorException.class)
                    .isThrownBy(() -> upload("/a/x", mode, new byte[]{2}))
                    .satisfies(e -> assertThat(
                            e.errorValue.getPathValue().getReason().getConflictValue())
                            .isEqualTo(WriteConflictError.FILE));
        }
        assertThatExceptionOfType(CreateFolderErrorException.class)
                .isThrownBy(() -> files.createFolderV2("/A"))
                .satisfies(e -> assertThat(e.errorValue.getPathValue().isConflict()).isTrue());
    }

    @Test
    void sessionsTellWhereTheyStand() throws Exception {
        byte[] body = StoreContract.bytes(2, 3000);
        String id = files.uploadSessionStart()
                .uploadAndFinish(new ByteArrayInputStream(body, 0, 1000))
                .getSessionId();
        assertThatExceptionOfType(UploadSessionAppendErrorException.class)
                .isThrownBy(() -> files.uploadSessionAppendV2(new UploadSessionCursor(id, 7))
                        .uploadAndFinish(new ByteArrayInputStream(body, 7, 10)))
                .satisfies(e -> assertThat(e.errorValue.getIncorrectOffsetValue().getCorrectOffset())
                        .isEqualTo(1000));
        files.uploadSessionAppendV2(new UploadSessionCursor(id, 1000))
                .uploadAndFinish(new ByteArrayInputStream(body, 1000, 1000));
        FileMetadata made = files.uploadSessionFinish(new UploadSessionCursor(id, 2000),
                CommitInfo.newBuilder("/long").withMode(WriteMode.ADD).withStrictConflict(true).build())
                .uploadAndFinish(new ByteArrayInputStream(body, 2000, 1000));
        assertThat(made.getContentHash()).isEqualTo(Dropbox.contentHash(body));
    }

    @Test
    void listsComeInPages() throws Exception {
        for (int i = 0; i < 5; i++) {
            upload("/a/b/" + i, WriteMode.ADD, new byte[i]);
        }
        fake.page = 2;
        var names = new ArrayList<String>();
        ListFolderResult page = files.listFolderBuilder("/a").withRecursive(true).start();
        while (true) {
            page.getEntries().stream().map(Metadata::getName).forEach(names::add);
            if (!page.getHasMore()) {
                break;
            }
            page = files.listFolderContinue(page.getCursor());
        }
        assertThat(names).containsExactly("b", "0", "1", "2", "3", "4");
        assertThat(files.listFolder("").getEntries().getFirst()).isInstanceOf(FolderMetadata.class);
        assertThatExceptionOfType(ListFolderContinueErrorException.class)
                .isThrownBy(() -> files.listFolderContinue("nothing"))
                .satisfies(e -> assertThat(e.errorValue.isReset()).isTrue());
        String cursor = files.listFolderGetLatestCursor("/a").getCursor();
        upload("/a/news", WriteMode.ADD, new byte[1]);
        assertThat(files.listFolderLongpoll(cursor, 30).getChanges()).isTrue();
    }

    @Test
    void whatIsGoneIsNotFound() throws Exception {
        upload("/a/x", WriteMode.ADD, new byte[1]);
        assertThat(files.deleteV2("/a").getMetadata()).isInstanceOf(FolderMetadata.class);
        assertThatExceptionOfType(GetMetadataErrorException.class).isThrownBy(() -> files.getMetadata("/a/x"))
                .satisfies(e -> assertThat(e.errorValue.getPathValue().isNotFound()).isTrue());
        assertThatExceptionOfType(DeleteErrorException.class).isThrownBy(() -> files.deleteV2("/a"))
                .satisfies(e -> assertThat(e.errorValue.getPathLookupValue().isNotFound()).isTrue());
    }

    @Test
    void roomAndLimitsAreUnderstood() throws Exception {
        upload("/x", WriteMode.ADD, new byte[100]);
        assertThat(client.users().getSpaceUsage().getUsed()).isEqualTo(100);
        assertThat(client.users().getSpaceUsage().getAllocation().getIndividualValue().getAllocated())
                .isEqualTo(fake.quota);
        assertThat(client.users().getCurrentAccount().getEmail()).contains("@");
        fake.quota = 150;
        assertThatExceptionOfType(UploadErrorException.class)
                .isThrownBy(() -> upload("/y", WriteMode.ADD, new byte[100]))
                .satisfies(e -> assertThat(e.errorValue.getPathValue().getReason().isInsufficientSpace())
                        .isTrue());
        fake.busy.set(1);
        assertThatExceptionOfType(RateLimitException.class).isThrownBy(() -> files.getMetadata("/x"));
        fake.endTokens();
        assertThatExceptionOfType(InvalidAccessTokenException.class).isThrownBy(() -> files.getMetadata("/x"))
                .satisfies(e -> assertThat(e.getAuthError().isExpiredAccessToken()).isTrue());
    }
}
