package aloft.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.api.client.googleapis.json.GoogleJsonResponseException;
import com.google.api.client.http.ByteArrayContent;
import com.google.api.client.http.HttpResponse;
import com.google.api.client.http.javanet.NetHttpTransport;
import com.google.api.client.json.gson.GsonFactory;
import com.google.api.services.drive.Drive;
import com.google.api.services.drive.model.About;
import com.google.api.services.drive.model.File;
import com.google.api.services.drive.model.FileList;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Google's own library takes the fake for Google Drive. */
class GoogleLibraryTest {

    private static final String FOLDER = "application/vnd.google-apps.folder";
    private static final String FIELDS = "id,name,parents,mimeType,size,md5Checksum,version,createdTime,appProperties";

    private final FakeGoogleDrive fake = new FakeGoogleDrive(0, "");
    private final Drive drive = drive(fake);

    GoogleLibraryTest() throws IOException {}

    private static Drive drive(FakeGoogleDrive fake) {
        String token = fake.newToken();
        return new Drive.Builder(new NetHttpTransport(), GsonFactory.getDefaultInstance(),
                request -> request.getHeaders().setAuthorization("Bearer " + token))
                .setRootUrl(fake.url())
                .setApplicationName("test")
                .build();
    }

    @AfterEach
    void stop() {
        fake.close();
    }

    private File upload(File file, byte[] body, boolean direct) throws IOException {
        Drive.Files.Create create = drive.files()
                .create(file, new ByteArrayContent("application/octet-stream", body));
        create.getMediaHttpUploader().setDirectUploadEnabled(direct).setChunkSize(256 * 1024);
        return create.setFields(FIELDS).execute();
    }

    private static void refused(int status, String reason, ThrowingCallable call) {
        assertThatExceptionOfType(GoogleJsonResponseException.class).isThrownBy(call).satisfies(e -> {
            assertThat(e.getStatusCode()).isEqualTo(status);
            assertThat(e.getDetails().getErrors().getFirst().getReason()).isEqualTo(reason);
        });
    }

    @Test
    void filesGoUpAndComeDownAgain() throws Exception {
        File folder = drive.files()
                .create(new File().setName("a").setMimeType(FOLDER))
                .setFields(FIELDS)
                .execute();
        assertThat(folder.getMimeType()).isEqualTo(FOLDER);
        for (boolean direct : new boolean[]{true, false}) {
            byte[] body = StoreContract.bytes(direct ? 1 : 2, 700_000);
            File made = upload(new File().setName("it's \u00e4")
                    .setParents(List.of(folder.getId()))
                    .setAppProperties(Map.of("vault", "v")), body, direct);
            assertThat(made.getSize()).isEqualTo(body.length);
            assertThat(made.getVersion()).isPositive();
            assertThat(made.getMd5Checksum()).isEqualTo(Hashes.md5Hex(body));
            assertThat(made.getName()).isEqualTo("it's \u00e4");
            assertThat(made.getParents()).containsExactly(folder.getId());
            assertThat(made.getAppProperties()).containsEntry("vault", "v");
            assertThat(made.getCreatedTime().getValue()).isPositive();
            Drive.Files.Get get = drive.files().get(made.getId());
            get.getRequestHeaders().setRange("bytes=1000-1009");
            HttpResponse part = get.executeMedia();
            assertThat(part.getStatusCode()).isEqualTo(206);
            assertThat(part.getContent().readAllBytes()).isEqualTo(Arrays.copyOfRange(body, 1000, 1010));
            File changed = drive.files()
                    .update(made.getId(), new File(),
                            new ByteArrayContent("application/octet-stream", new byte[5]))
                    .setFields(FIELDS)
                    .execute();
            assertThat(changed.getSize()).isEqualTo(5);
        }
    }

    @Test
    void anIdIsTakenOnce() throws Exception {
        List<String> ids = drive.files().generateIds().setCount(2).execute().getIds();
        assertThat(ids).hasSize(2).doesNotHaveDuplicates();
        upload(new File().setId(ids.getFirst()).setName("x"), new byte[1], true);
        refused(409, "fileIdInUse",
                () -> upload(new File().setId(ids.getFirst()).setName("y"), new byte[1], true));
        refused(400, "invalid", () -> upload(new File().setId("mine").setName("y"), new byte[1], true));
    }

    @Test
    void searchesComeInPages() throws Exception {
        for (int i = 0; i < 5; i++) {
            upload(new File().setName("f" + i), new byte[i], true);
        }
        fake.page = 2;
        var names = new ArrayList<String>();
        String next = null;
        do {
            FileList page = drive.files()
                    .list()
                    .setQ("'root' in parents and trashed = false")
                    .setOrderBy("createdTime")
                    .setPageToken(next)
                    .setFields("nextPageToken,incompleteSearch,files(" + FIELDS + ")")
                    .execute();
            assertThat(page.getIncompleteSearch()).isFalse();
            page.getFiles().forEach(file -> names.add(file.getName()));
            next = page.getNextPageToken();
        } while (next != null);
        assertThat(names).containsExactly("f0", "f1", "f2", "f3", "f4");
    }

    @Test
    void whatIsGoneIsNotFound() throws Exception {
        File made = upload(new File().setName("x"), new byte[1], true);
        drive.files().delete(made.getId()).execute();
        refused(404, "notFound", () -> drive.files().get(made.getId()).execute());
        refused(404, "notFound", () -> drive.files().delete(made.getId()).execute());
    }

    @Test
    void roomAndLimitsAreUnderstood() throws Exception {
        upload(new File().setName("x"), new byte[100], true);
        About.StorageQuota quota = drive.about().get().setFields("storageQuota").execute().getStorageQuota();
        assertThat(quota.getLimit()).isEqualTo(fake.quota);
        assertThat(quota.getUsage()).isEqualTo(100);
        fake.quota = 150;
        refused(403, "storageQuotaExceeded", () -> upload(new File().setName("y"), new byte[100], true));
        fake.busy.set(1);
        refused(403, "userRateLimitExceeded", () -> drive.about().get().setFields("storageQuota").execute());
        fake.endTokens();
        refused(401, "authError", () -> drive.about().get().setFields("storageQuota").execute());
    }
}
